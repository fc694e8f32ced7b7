//! Pages about the daemon for those who watch it: whether it lives, whether it does its work, and in figures. On a
//! loopback port or a socket, off unless configured; there is nothing to change here, and no login.
//!
//! | page | answers |
//! |---|---|
//! | `/healthz` | 200 while every loop moves, 503 when one has stopped: restart it |
//! | `/readyz` | 200 while its work is done, 503 with the reasons when not: somebody must look |
//! | `/metrics` | all figures, in the text format of OpenMetrics that Prometheus reads |

mod health;
pub mod metrics;

use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use crate::config::Listen;
use crate::pipeline::vitals::Vitals;
use crate::pipeline::{Engine, chain};
use crate::store::Store;
use crate::telemetry::event;

/// Nobody can listen where the configuration says.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {place}; give another address in [serve], or none")]
pub struct ListenError {
    /// Where.
    place: Listen,
    /// What the system said.
    source: std::io::Error,
}

/// What the pages are made of: whatever a reload changes is not in it.
struct Watched {
    vitals: Arc<Vitals>,
    store: Store,
}

/// Takes the place and answers from then on, until `stop`.
///
/// # Errors
/// The place cannot be had.
pub async fn start(
    place: &Listen,
    engine: &Engine,
    stop: CancellationToken,
) -> Result<(), ListenError> {
    let failed = |source| ListenError { place: place.clone(), source };
    let watched = Watched { vitals: Arc::clone(engine.vitals()), store: engine.store.clone() };
    let pages = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(all_metrics))
        .with_state(Arc::new(watched));
    let over = stop.cancelled_owned();
    match place {
        Listen::Tcp(address) => {
            let listener = TcpListener::bind(address).await.map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            tracing::info!(%address, "health and metrics");
            tokio::spawn(async move {
                log_end(axum::serve(listener, pages).with_graceful_shutdown(over).await);
            });
        }
        Listen::Unix(path) => {
            let listener = bind_socket(path).await.map_err(failed)?;
            tracing::info!(path = %path.display(), "health and metrics");
            let socket = Socket(path.clone());
            tokio::spawn(async move {
                log_end(axum::serve(listener, pages).with_graceful_shutdown(over).await);
                drop(socket);
            });
        }
    }
    Ok(())
}

/// A socket's file, which goes when nobody listens any more.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        // One that stays is taken over at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Listens on a socket for the user and the group; one that a killed daemon left behind is replaced.
async fn bind_socket(path: &Path) -> std::io::Result<UnixListener> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    if is_socket && UnixStream::connect(path).await.is_err() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}

fn log_end(ended: std::io::Result<()>) {
    if let Err(error) = ended {
        tracing::error!(
            event = event::SERVE_STOPPED,
            error = chain(&error),
            "health and metrics cannot be asked for any more"
        );
    }
}

async fn healthz(State(watched): State<Arc<Watched>>) -> Response {
    answer(&health::stopped(&watched.vitals))
}

async fn readyz(State(watched): State<Arc<Watched>>) -> Response {
    answer(&health::troubles(&watched.vitals, &watched.store).await)
}

/// `ok`, or each reason on a line.
fn answer(troubles: &[String]) -> Response {
    if troubles.is_empty() {
        return (StatusCode::OK, "ok\n".to_owned()).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", troubles.join("\n"))).into_response()
}

async fn all_metrics(State(watched): State<Arc<Watched>>) -> Response {
    match metrics::text(&watched.vitals, &watched.store).await {
        Ok(text) => {
            let form = [(header::CONTENT_TYPE, metrics::CONTENT_TYPE)];
            (form, text).into_response()
        }
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", chain(&error))).into_response()
        }
    }
}
