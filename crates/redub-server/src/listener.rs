//! Takes connections and answers on them. As `axum::serve` does it, but for one thing: who does not send the head of a
//! request in time is let go, so that idle strangers cannot use up all connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::state::App;

/// Longest time for the head of a request, also of the next one on the same connection.
const HEAD: Duration = Duration::from_secs(30);
/// Pause after a connection could not be taken: most likely there are too many.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until the process is to end, then finishes what is being answered.
pub async fn serve(listener: TcpListener, router: Router, app: &App) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = app.stopped() => break,
            Some(_) = connections.join_next() => {}
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => drop(connections.spawn(answer(stream, peer, router.clone(), app.clone()))),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, app: App) {
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    let service = service_fn(move |request: Request<Incoming>| respond(router.clone(), peer, request));
    let mut connection = std::pin::pin!(server.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
            return;
        }
        () = app.stopped() => connection.as_mut().graceful_shutdown(),
    }
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn respond(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
