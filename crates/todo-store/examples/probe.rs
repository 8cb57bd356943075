#![allow(missing_docs, clippy::all)]
use std::time::{Duration, Instant};
use todo_store::{
    testkit::{TestDatabase, at, new, owner},
    *,
};
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let kind = std::env::args().nth(1).unwrap();
    let place = if kind == "pg" { TestDatabase::postgres().await } else { TestDatabase::sqlite() };
    let store = place.store().await;
    let tasks = store.tasks_of(owner("ann"));
    let mut id = None;
    for n in 0..60 {
        id = Some(tasks.add(new(&format!("{n}")), at(1)).await.unwrap().id);
    }
    let id = id.unwrap();
    let page = Page { status: None, before: None, limit: 50 };
    async fn cpu() -> f64 {
        let s = std::fs::read_to_string("/proc/self/stat").unwrap();
        let f: Vec<&str> = s.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
    }
    for what in ["get", "list", "add", "once", "done", "change"] {
        for conc in [1usize, 16] {
            let secs = 2.0;
            let start = Instant::now();
            let c0 = cpu().await;
            let mut set = Vec::new();
            for k in 0..conc {
                let t = tasks.clone();
                let what = what.to_string();
                set.push(tokio::spawn(async move {
                    let mut n = 0u64;
                    let mut lat = Vec::new();
                    while start.elapsed() < Duration::from_secs_f64(secs) {
                        let s = Instant::now();
                        match what.as_str() {
                            "get" => {
                                t.get(id).await.unwrap();
                            }
                            "list" => {
                                t.list(page).await.unwrap();
                            }
                            "add" => {
                                t.add(new("Buy milk"), at(1)).await.unwrap();
                            }
                            "once" => {
                                t.add_once(new("Buy milk"), &format!("{what}{k}-{n}-{conc}").parse().unwrap(), at(1))
                                    .await
                                    .unwrap();
                            }
                            "done" => {
                                t.set_completed(id, n % 2 == 0, &Expected::Any, at(1)).await.unwrap();
                            }
                            _ => {
                                t.change(
                                    id,
                                    todo_domain::TaskChange {
                                        title: Some(todo_domain::Title::stored("x".into())),
                                        description: None,
                                    },
                                    &Expected::Any,
                                    at(1),
                                )
                                .await
                                .unwrap();
                            }
                        }
                        lat.push(s.elapsed());
                        n += 1;
                    }
                    (n, lat)
                }));
            }
            let mut total = 0;
            let mut lat = Vec::new();
            for s in set {
                let (n, l) = s.await.unwrap();
                total += n;
                lat.extend(l);
            }
            lat.sort();
            let c = cpu().await - c0;
            println!(
                "{kind} {what:7} x{conc:2}: {:7.0}/s  p50 {:?} p99 {:?} max {:?}  cpu/op {:.1} us",
                total as f64 / start.elapsed().as_secs_f64(),
                lat[lat.len() / 2],
                lat[lat.len() * 99 / 100],
                lat.last().unwrap(),
                c * 1e6 / total as f64
            );
        }
    }
    store.close().await;
}
