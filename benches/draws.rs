//! What a draw costs: rows that fill columns, and the slots of one small agent.
//!
//! Rows are for whatever there is much of (persons, officials, rates by place): positioning is paid once per row.
//! An agent's slots pay for a key of their own, which is why a week may hold some hundreds of them and not more.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};

const STREAM: Stream = Stream::named("bench");
/// Persons of one block, as in the pass over all persons.
const BLOCK: usize = 1024;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    rows(&mut criterion);
    agents(&mut criterion);
    criterion.final_summary();
}

fn rows(criterion: &mut Criterion) {
    let draws = Draws::new(1);
    let mut group = criterion.benchmark_group("row");
    group.throughput(Throughput::Elements(BLOCK as u64));
    let mut halves = [0; BLOCK];
    group.bench_function("16 bits for each of 1024 persons", |bench| {
        let mut rows = draws.rows(STREAM, Week(100));
        let mut key = 0;
        bench.iter(|| {
            key += 1;
            rows.start(black_box(key));
            rows.fill_halves(&mut halves);
            black_box(halves[BLOCK - 1])
        });
    });
    let mut words = [0; BLOCK];
    group.bench_function("32 bits for each of 1024 persons", |bench| {
        let mut rows = draws.rows(STREAM, Week(100));
        let mut key = 0;
        bench.iter(|| {
            key += 1;
            rows.start(black_box(key));
            rows.fill_words(&mut words);
            black_box(words[BLOCK - 1])
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("short row");
    group.throughput(Throughput::Elements(1));
    let mut words = [0; 4];
    group.bench_function("4 words of one post", |bench| {
        let mut rows = draws.rows(STREAM, Week(100));
        let mut key = 0;
        bench.iter(|| {
            key += 1;
            rows.start(black_box(key));
            rows.fill_words(&mut words);
            black_box(words[3])
        });
    });
    group.finish();
}

fn agents(criterion: &mut Criterion) {
    let draws = Draws::new(1);
    let mut group = criterion.benchmark_group("agent");
    group.throughput(Throughput::Elements(1));
    group.bench_function("64 slots of one agent", |bench| {
        let mut agent = 0;
        bench.iter(|| {
            agent += 1;
            black_box(draws.agent(STREAM, black_box(agent), Week(100)))
        });
    });
    let slots = draws.agent(STREAM, 1, Week(100));
    group.bench_function("Poisson count from a slot, mean 2", |bench| {
        let mut slot = 0;
        bench.iter(|| {
            slot = (slot + 1) % 64;
            black_box(slots.poisson(slot, black_box(2.0)))
        });
    });
    group.bench_function("binomial count from a slot, 2,000 at 0.004", |bench| {
        let mut slot = 0;
        bench.iter(|| {
            slot = (slot + 1) % 64;
            black_box(slots.binomial(slot, 2_000, black_box(0.004)))
        });
    });
    group.finish();
}
