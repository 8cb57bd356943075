//! Sends requests at a constant rate and measures each latency from when the request is due, not from when it is sent. So a
//! stall counts for every request that it delays (no coordinated omission). wrk sends the next request after the last
//! response and cannot measure this.
//!
//!     constant-rate PORT REQUESTS RATE SECONDS CONNECTIONS
//!
//! Uses blocking threads: they wake within 0.1 ms, tokio's timer within 1 ms.

mod exchange;
mod requests;

use std::{
    env,
    error::Error,
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

type BoxError = Box<dyn Error + Send + Sync>;

struct Plan {
    port: u16,
    requests: Vec<Vec<u8>>,
    interval: Duration,
    count: usize,
    start: Instant,
    next: AtomicUsize,
    latencies: Mutex<Vec<Duration>>,
}

fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [port, file, rate, seconds, connections] = &arguments[..] else {
        return Err("usage: constant-rate PORT REQUESTS RATE SECONDS CONNECTIONS".into());
    };
    let (rate, seconds): (f64, f64) = (rate.parse()?, seconds.parse()?);
    let count = (rate * seconds) as usize;
    let plan = Arc::new(Plan {
        port: port.parse()?,
        requests: requests::load_requests(file)?,
        interval: Duration::from_secs_f64(1.0 / rate),
        count,
        // Leaves time to connect.
        start: Instant::now() + Duration::from_millis(100),
        next: AtomicUsize::new(0),
        latencies: Mutex::new(Vec::with_capacity(count)),
    });
    let clients: Vec<_> = (0..connections.parse()?)
        .map(|_| {
            let plan = Arc::clone(&plan);
            thread::spawn(move || client(&plan))
        })
        .collect();
    for client in clients {
        client.join().map_err(|_| "a client thread panicked")??;
    }
    report(&plan)
}

/// One connection: sends the next request that is due until all are sent.
fn client(plan: &Plan) -> Result<(), BoxError> {
    let mut stream = TcpStream::connect(("127.0.0.1", plan.port))?;
    stream.set_nodelay(true)?;
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let number = plan.next.fetch_add(1, Ordering::Relaxed);
        if number >= plan.count {
            break;
        }
        let due = plan.start + plan.interval.mul_f64(number as f64);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let status = exchange::exchange(&mut stream, &plan.requests[number % plan.requests.len()], &mut buffer)?;
        if !(200..300).contains(&status) {
            return Err(format!("status {status}").into());
        }
        latencies.push(due.elapsed());
    }
    plan.latencies.lock().map_err(|_| "a client thread panicked")?.append(&mut latencies);
    Ok(())
}

fn report(plan: &Plan) -> Result<(), BoxError> {
    let elapsed = plan.start.elapsed().as_secs_f64();
    let mut latencies = plan.latencies.lock().map_err(|_| "a client thread panicked")?;
    latencies.sort_unstable();
    let percentile = |share: f64| {
        let index = (latencies.len() as f64 * share) as usize;
        latencies.get(index.min(latencies.len().saturating_sub(1))).map_or(0, Duration::as_micros)
    };
    println!(
        r#"{{"requests":{},"perSecond":{:.1},"p50":{},"p99":{}}}"#,
        latencies.len(),
        latencies.len() as f64 / elapsed,
        percentile(0.5),
        percentile(0.99)
    );
    Ok(())
}
