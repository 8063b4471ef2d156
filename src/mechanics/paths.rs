//! Shortest and K shortest paths on the route graph.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::base::ids::{Column, PlaceId, RouteId};

/// A path: places passed and routes taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Places from start to end.
    pub stops: Vec<PlaceId>,
    /// Routes between them.
    pub routes: Vec<RouteId>,
    /// Sum of costs.
    pub cost: f64,
}

type Neighbours = Column<PlaceId, Vec<(PlaceId, RouteId)>>;

/// Costs from a place to every place (Dijkstra).
pub fn costs_from(
    start: PlaceId,
    neighbours: &Neighbours,
    cost: &Column<RouteId, f64>,
) -> Column<PlaceId, f64> {
    search(start, None, neighbours, cost, &[], &[]).0
}

type Steps = Column<PlaceId, Option<(PlaceId, RouteId)>>;

/// A place to go on from; the cheapest is the greatest, among equals the one with the smaller id.
#[derive(PartialEq)]
struct Open {
    cost: f64,
    place: PlaceId,
}

impl Eq for Open {}

impl Ord for Open {
    fn cmp(&self, other: &Open) -> Ordering {
        other.cost.total_cmp(&self.cost).then_with(|| other.place.cmp(&self.place))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Open) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn search(
    start: PlaceId,
    end: Option<PlaceId>,
    neighbours: &Neighbours,
    cost: &Column<RouteId, f64>,
    closed_places: &[PlaceId],
    closed_routes: &[RouteId],
) -> (Column<PlaceId, f64>, Steps) {
    let n = neighbours.len();
    let mut best: Column<PlaceId, f64> = Column::filled(n, f64::INFINITY);
    let mut from: Steps = Column::filled(n, None);
    let mut done: Column<PlaceId, bool> = Column::filled(n, false);
    for place in closed_places {
        done[*place] = true;
    }
    best[start] = 0.0;
    let mut open = BinaryHeap::from([Open { cost: 0.0, place: start }]);
    while let Some(Open { place: here, .. }) = open.pop() {
        if Some(here) == end {
            break;
        }
        if std::mem::replace(&mut done[here], true) {
            continue;
        }
        for (next, route) in &neighbours[here] {
            if done[*next] || closed_routes.contains(route) {
                continue;
            }
            let reached = best[here] + cost[*route];
            if reached < best[*next] {
                best[*next] = reached;
                from[*next] = Some((here, *route));
                open.push(Open { cost: reached, place: *next });
            }
        }
    }
    (best, from)
}

fn shortest(
    start: PlaceId,
    end: PlaceId,
    neighbours: &Neighbours,
    cost: &Column<RouteId, f64>,
    closed_places: &[PlaceId],
    closed_routes: &[RouteId],
) -> Option<Path> {
    let (best, from) = search(start, Some(end), neighbours, cost, closed_places, closed_routes);
    if !best[end].is_finite() {
        return None;
    }
    let (mut stops, mut routes) = (vec![end], Vec::new());
    let mut here = end;
    while let Some((before, route)) = from[here] {
        stops.push(before);
        routes.push(route);
        here = before;
    }
    stops.reverse();
    routes.reverse();
    Some(Path { stops, routes, cost: best[end] })
}

/// The `k` cheapest loopless paths, cheapest first (Yen's algorithm).
pub fn cheapest(
    start: PlaceId,
    end: PlaceId,
    k: usize,
    neighbours: &Neighbours,
    cost: &Column<RouteId, f64>,
) -> Vec<Path> {
    let mut found: Vec<Path> = shortest(start, end, neighbours, cost, &[], &[]).into_iter().collect();
    let mut candidates: Vec<Path> = Vec::new();
    while found.len() < k {
        let Some(last) = found.last().cloned() else { break };
        for i in 0..last.routes.len() {
            let root = &last.routes[..i];
            let closed_routes: Vec<RouteId> = found
                .iter()
                .filter(|p| p.routes.len() > i && p.routes[..i] == *root)
                .map(|p| p.routes[i])
                .collect();
            let spur = shortest(last.stops[i], end, neighbours, cost, &last.stops[..i], &closed_routes);
            if let Some(spur) = spur {
                let routes: Vec<RouteId> = root.iter().copied().chain(spur.routes).collect();
                let stops = last.stops[..i].iter().copied().chain(spur.stops).collect();
                let total = routes.iter().map(|r| cost[*r]).sum();
                if !candidates.iter().any(|c| c.routes == routes) {
                    candidates.push(Path { stops, routes, cost: total });
                }
            }
        }
        candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.routes.cmp(&b.routes)));
        if candidates.is_empty() {
            break;
        }
        found.push(candidates.remove(0));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_cheapest_first_and_without_loops() {
        // A square 0-1-2-3 with a diagonal 0-2.
        let edges = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0), (0, 2, 1.5)];
        let mut neighbours: Neighbours = Column::filled(4, Vec::new());
        for (i, (a, b, _)) in edges.iter().enumerate() {
            neighbours[PlaceId(*a)].push((PlaceId(*b), RouteId(i as u16)));
            neighbours[PlaceId(*b)].push((PlaceId(*a), RouteId(i as u16)));
        }
        let cost = Column::from_vec(edges.iter().map(|e| e.2).collect());
        let paths = cheapest(PlaceId(0), PlaceId(2), 5, &neighbours, &cost);
        let costs: Vec<f64> = paths.iter().map(|p| p.cost).collect();
        assert_eq!(costs, [1.5, 2.0, 2.0]);
        assert_eq!(costs_from(PlaceId(1), &neighbours, &cost)[PlaceId(3)], 2.0);
    }
}
