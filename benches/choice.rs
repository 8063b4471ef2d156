//! What one decision costs: utilities to shares to one option.
//!
//! Sizes are those of the model: three livelihoods, eight paths or places next door, sixty-five rulers.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use harmattan::base::maths::exp;
use harmattan::mechanics::choice::{choose, shares};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("choice");
    group.throughput(Throughput::Elements(1));
    for n_options in [3, 8, 65] {
        let utilities: Vec<f64> = (0..n_options).map(|i| f64::from(i) * 0.37 % 2.0 - 1.0).collect();
        group.bench_with_input(
            BenchmarkId::new("logit over options", n_options),
            &utilities,
            |bench, given| {
                let mut options = given.clone();
                bench.iter(|| {
                    options.copy_from_slice(black_box(given));
                    shares(&mut options);
                    black_box(choose(black_box(0.6), &options))
                });
            },
        );
    }
    group.bench_function("exp", |bench| bench.iter(|| exp(black_box(-0.7))));
    group.finish();
    criterion.final_summary();
}
