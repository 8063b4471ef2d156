"use strict";
// Charts and maps of a report. Everything the page says stands in it as text and figures already; this adds hovering,
// choosing and moving. All texts are set as text, never as markup.
(function () {
  const COLOURS = ["#0072b2", "#c43e00", "#009169", "#be5fa0"];
  document.documentElement.classList.add("with-scripts");

  function read(id) {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  }

  function option(select, value, words) {
    const element = document.createElement("option");
    element.value = value;
    element.textContent = words;
    select.append(element);
  }

  // A number as people read it.
  function told(value, share) {
    if (value === null || value === undefined) return "unknown";
    if (share) return (value * 100).toFixed(Math.abs(value) < 0.1 ? 1 : 0) + " %";
    const size = Math.abs(value);
    if (size >= 1e6) return (value / 1e6).toFixed(size < 1e8 ? 1 : 0) + " million";
    const digits = size < 10 && value % 1 !== 0 ? (size < 1 ? 2 : 1) : 0;
    return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function pale(colour, opacity) {
    const part = (at) => parseInt(colour.slice(at, at + 2), 16);
    return "rgba(" + part(1) + "," + part(3) + "," + part(5) + "," + opacity + ")";
  }

  function makeChart(box) {
    const data = read(box.dataset.chart);
    if (!data) return;
    const chart = box.querySelector(".chart");
    const indicator = box.querySelector(".indicator");
    const area = box.querySelector(".area");
    const bands = box.querySelector(".bands");
    const members = box.querySelector(".members");
    const readout = box.querySelector(".readout");
    const unit = box.querySelector(".unit");
    const isDifference = data.kind === "difference";
    const shown = data.members.map(() => true);
    const marks = data.marks || [];
    let plot = null;
    let at = null;

    data.indicators.forEach((entry, i) => option(indicator, i, entry.words));
    data.areas.forEach((name, i) => option(area, i, name));
    if (data.members.length > 1) {
      data.members.forEach((member, i) => {
        const label = document.createElement("label");
        const input = document.createElement("input");
        input.type = "checkbox";
        input.checked = true;
        input.className = "member";
        input.addEventListener("change", () => { shown[i] = input.checked; draw(); });
        const swatch = document.createElement("i");
        swatch.className = "swatch";
        swatch.style.backgroundColor = COLOURS[i % COLOURS.length];
        label.append(input, swatch, document.createTextNode(member.name));
        members.append(label);
      });
    }

    function entry() { return data.indicators[indicator.value]; }

    function tell(index) {
      at = index;
      if (index === null || index === undefined) {
        readout.textContent = "";
        return;
      }
      const share = entry().share;
      const parts = [];
      data.members.forEach((member, m) => {
        const values = data.values[m][indicator.value][area.value];
        if (!values || !shown[m]) return;
        const middle = told(values[2][index], share);
        const range = member.seeds > 1 && values[0][index] !== null
          ? " (" + told(values[0][index], share) + " to " + told(values[4][index], share) + ")" : "";
        parts.push((data.members.length > 1 || isDifference ? member.name + " " : "") + middle + range);
      });
      const end = index + 1 < data.times.length ? data.times[index + 1] : Infinity;
      const dated = marks.filter((mark) => mark.time >= data.times[index] && mark.time < end);
      const words = dated.length ? " · " + dated.map((mark) => mark.words).join(", ") : "";
      readout.textContent =
        data.periods[index] + ": " + (parts.length ? parts.join("; ") : "nothing is shown") + words;
    }

    // Dated lines, each with its word right of it, below every earlier word that reaches so far.
    function drawMarks(u) {
      const ratio = window.devicePixelRatio || 1;
      const pen = u.ctx;
      const ends = [];
      pen.save();
      pen.font = 11 * ratio + "px system-ui, sans-serif";
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.strokeStyle = pen.fillStyle = "#6b6b6b";
      pen.lineWidth = ratio;
      marks.forEach((mark) => {
        const x = u.valToPos(mark.time, "x", true);
        if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
        let row = 0;
        while (ends[row] > x) row += 1;
        ends[row] = x + pen.measureText(mark.words).width + 8 * ratio;
        const top = u.bbox.top + (row + 0.2) * 14 * ratio;
        pen.beginPath();
        pen.moveTo(x, top);
        pen.lineTo(x, u.bbox.top + u.bbox.height);
        pen.stroke();
        pen.fillText(mark.words, x + 4 * ratio, top + 10 * ratio);
      });
      pen.restore();
    }

    function draw() {
      if (plot) plot.destroy();
      chart.textContent = "";
      unit.textContent =
        entry().words + ", " + data.areas[area.value] + " · " + entry().unit + " · " + entry().description;
      const columns = [data.times];
      const series = [{}];
      const ranges = [];
      let any = false;
      data.members.forEach((member, m) => {
        const values = data.values[m][indicator.value][area.value];
        if (!values || !shown[m]) return;
        any = true;
        const colour = COLOURS[m % COLOURS.length];
        const first = columns.length;
        const line = (list, width) => {
          columns.push(list);
          series.push({ stroke: width ? colour : "transparent", width: width, spanGaps: false,
            points: { show: data.times.length < 2 || (width > 0 && isDifference), size: 6 } });
        };
        if (bands.checked && member.seeds > 1) {
          line(values[4], 0);
          line(values[0], 0);
          ranges.push({ series: [first, first + 1], fill: pale(colour, 0.18) });
          if (values[1] && values[3]) {
            line(values[3], 0);
            line(values[1], 0);
            ranges.push({ series: [first + 2, first + 3], fill: pale(colour, 0.32) });
          }
        }
        line(values[2], 2);
      });
      if (!any) {
        chart.textContent = "The tables hold no such numbers.";
        tell(null);
        return;
      }
      const share = entry().share;
      plot = new uPlot({
        width: Math.max(chart.clientWidth, 240),
        height: Math.max(260, Math.min(420, chart.clientWidth * 0.5)),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: true } },
        scales: { y: { range: (u, low, high) => {
          if (low === null) return [0, 1];
          const least = Math.min(0, low), most = Math.max(0, high);
          const room = marks.length ? 1.25 : 1.05;
          return least === most ? [0, 1] : [least * 1.05, most * room];
        } } },
        axes: [
          isDifference ? { values: (u, marks) => marks.map((mark) => new Date(mark * 1000).getUTCFullYear()),
            splits: () => data.times } : {},
          { size: 70, values: (u, marks) => marks.map((mark) => told(mark, share)) },
        ],
        series: series,
        bands: ranges,
        hooks: { draw: [drawMarks], setCursor: [(u) => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) tell(u.cursor.idx); }] },
        tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "UTC"),
      }, columns, chart);
      tell(at === null ? data.times.length - 1 : at);
    }

    chart.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -12, PageUp: 12 }[event.key];
      let next = at === null ? data.times.length - 1 : at;
      if (step) next += step;
      else if (event.key === "Home") next = 0;
      else if (event.key === "End") next = data.times.length - 1;
      else return;
      event.preventDefault();
      next = Math.max(0, Math.min(data.times.length - 1, next));
      if (plot) plot.setCursor({ left: plot.valToPos(data.times[next], "x"), top: 10 });
      tell(next);
    });
    [indicator, area, bands].forEach((control) => control.addEventListener("change", draw));
    let width = 0;
    new ResizeObserver(() => {
      if (Math.abs(chart.clientWidth - width) > 4) {
        width = chart.clientWidth;
        if (plot) plot.setSize({ width: Math.max(width, 240), height: plot.height });
      }
    }).observe(chart);
    draw();
  }

  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  function makeMap(box) {
    const data = read(box.dataset.map);
    if (!data) return;
    const layer = box.querySelector(".layer");
    const time = box.querySelector(".time");
    const period = box.querySelector(".period");
    const play = box.querySelector(".play");
    const place = box.querySelector(".place");
    const readout = box.querySelector(".readout");
    const legend = box.querySelector(".legend");
    const controlLegend = Array.from(legend.childNodes);
    const dots = box.querySelector(".events");
    const number = new Map(data.places.map((name, i) => [name, i]));
    const cells = Array.from(box.querySelectorAll(".cell"));
    const kinds = new Map(data.controllers.map((kind) => [kind.letter, kind]));
    let timer = null;

    option(layer, -1, "Control");
    data.layers.forEach((entry, i) => option(layer, i, entry.words));
    option(place, "", "choose");
    data.places.slice().sort().forEach((name) => option(place, name, name));
    time.max = data.periods.length - 1;
    time.value = data.months ? 0 : data.periods.length - 1;

    function level(entry, at, i) {
      const row = entry.rows[at];
      return (DIGITS.indexOf(row[2 * i]) * 64 + DIGITS.indexOf(row[2 * i + 1])) / 4095;
    }

    function shade(share) {
      const mix = (low, high) => Math.round(low + (high - low) * share);
      return "rgb(" + mix(245, 0) + "," + mix(248, 84) + "," + mix(251, 140) + ")";
    }

    function words(name) {
      const i = number.get(name);
      if (i === undefined) return "";
      const at = Number(time.value);
      const kind = kinds.get(data.control[at][i]);
      const parts = [kind ? kind.words : "no row"];
      if (kind && data.seeds > 1) {
        const tenths = Number(data.agree[at][i]);
        parts[0] += " in " + (tenths === 9 ? "nine runs in ten or more" : "about " + tenths + " of 10 runs");
      }
      data.layers.forEach((entry) => {
        parts.push(entry.words.toLowerCase() + " " + told(level(entry, at, i) * entry.most, entry.unit === "share"));
      });
      return name + ", " + data.periods[at] + ": " + parts.join(", ");
    }

    function show() {
      const at = Number(time.value);
      const chosen = Number(layer.value);
      period.textContent = data.periods[at];
      time.setAttribute("aria-valuetext", data.periods[at]);
      cells.forEach((cell) => {
        const i = number.get(cell.dataset.place);
        if (i === undefined) return;
        if (chosen < 0) {
          const kind = kinds.get(data.control[at][i]);
          cell.setAttribute("fill", kind ? kind.fill : "#fff");
          const tenths = Number(data.agree[at][i]);
          cell.setAttribute("fill-opacity", data.seeds > 1 ? Math.max(0.25, (tenths === 9 ? 10 : tenths) / 10) : 1);
        } else {
          cell.setAttribute("fill", shade(Math.sqrt(level(data.layers[chosen], at, i))));
          cell.setAttribute("fill-opacity", 1);
        }
        cell.classList.toggle("chosen", cell.dataset.place === place.value);
      });
      if (chosen < 0) {
        legend.replaceChildren(...controlLegend);
      } else {
        const entry = data.layers[chosen];
        legend.textContent = "";
        [0, 0.1, 0.25, 0.5, 1].forEach((share) => {
          const key = document.createElement("span");
          key.className = "key";
          const swatch = document.createElement("i");
          swatch.style.backgroundColor = shade(Math.sqrt(share));
          key.append(swatch, document.createTextNode(told(share * entry.most, entry.unit === "share")));
          legend.append(key);
        });
      }
      if (data.events) {
        dots.textContent = "";
        data.events[at].forEach(([x, y, deaths, sentence]) => {
          const circle = document.createElementNS(dots.namespaceURI, "circle");
          circle.setAttribute("cx", x);
          circle.setAttribute("cy", y);
          circle.setAttribute("r", 4 + 2 * Math.sqrt(deaths));
          const title = document.createElementNS(dots.namespaceURI, "title");
          title.textContent = sentence;
          circle.append(title);
          dots.append(circle);
        });
      }
      if (data.months) {
        document.querySelectorAll(".months li.now").forEach((item) => item.classList.remove("now"));
        const item = document.getElementById(data.months[at]);
        if (item) {
          item.classList.add("now");
          const told = Array.from(item.querySelectorAll("p")).map((p) => p.textContent).join(" ");
          readout.textContent = data.periods[at] + ": " + told;
        }
      }
      if (place.value) readout.textContent = words(place.value);
      else if (!data.months) readout.textContent = data.periods[at];
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
      play.setAttribute("aria-pressed", "false");
    }

    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      play.textContent = "Stop";
      play.setAttribute("aria-pressed", "true");
      if (Number(time.value) >= data.periods.length - 1) { time.value = 0; show(); }
      timer = setInterval(() => {
        if (Number(time.value) >= data.periods.length - 1) { stop(); return; }
        time.value = Number(time.value) + 1;
        show();
      }, 300);
    });
    time.addEventListener("input", () => { stop(); show(); });
    [layer, place].forEach((control) => control.addEventListener("change", show));
    cells.forEach((cell) => {
      cell.addEventListener("mouseenter", () => { readout.textContent = words(cell.dataset.place); });
      cell.addEventListener("click", () => { place.value = cell.dataset.place; show(); });
    });
    show();
  }

  document.querySelectorAll("[data-chart]").forEach(makeChart);
  document.querySelectorAll("[data-map]").forEach(makeMap);
})();
