//! Names that lead elsewhere at the second look: what was checked is what is connected to.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::download::fetch_by;
use super::post::post_by;
use super::{AllowList, FetchError, FetchOptions};
use crate::MediaError;

/// Answers by name, each look-up with the next of its answers and the last one from then on; counts.
#[derive(Debug, Clone, Default)]
struct Names {
    answers: Arc<HashMap<&'static str, Vec<Vec<IpAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    fn new(answers: &[(&'static str, &[&[&str]])]) -> Self {
        let addresses = |list: &&[&str]| list.iter().map(|a| a.parse().unwrap()).collect();
        let answers = answers.iter().map(|(name, looks)| (*name, looks.iter().map(addresses).collect()));
        Self { answers: Arc::new(answers.collect()), asked: Arc::default() }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap().to_owned();
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|name| **name == host).count();
        asked.push(host.clone());
        let looks = self.answers.get(host.as_str()).ok_or(ureq::Error::HostNotFound)?;
        let mut found = self.empty();
        for address in looks.get(before).or(looks.last()).unwrap() {
            found.push(SocketAddr::new(*address, uri.port_u16().unwrap()));
        }
        Ok(found)
    }
}

/// Two servers on one port: one that may be visited (127.0.0.2, as the public Internet of this test) and one that may not
/// (127.0.0.1). `/clip` is a file, `/to/HOST` leads to that host.
struct Servers {
    port: u16,
    /// Visits of the one that may not be.
    inside: Arc<AtomicUsize>,
}

impl Servers {
    fn start() -> Self {
        let outside = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = outside.local_addr().unwrap().port();
        let within = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let inside = Arc::new(AtomicUsize::new(0));
        let visits = inside.clone();
        serve(outside, port, Arc::default());
        serve(within, port, visits);
        Self { port, inside }
    }
}

fn serve(listener: TcpListener, port: u16, visits: Arc<AtomicUsize>) {
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            visits.fetch_add(1, Ordering::SeqCst);
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or("/").to_owned();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let answer = match path.strip_prefix("/to/") {
                Some(host) => format!(
                    "HTTP/1.1 302 Found\r\nLocation: http://{host}:{port}/clip\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                ),
                None => "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nclip".to_owned(),
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
}

fn allowed() -> AllowList {
    "127.0.0.2".parse().unwrap()
}

/// Fetches; gives the size, or the address that was refused.
fn get(names: &Names, url: &str) -> Result<u64, IpAddr> {
    let folder = tempfile::tempdir().unwrap();
    let options =
        FetchOptions { max_time: Duration::from_secs(20), allow: allowed(), ..FetchOptions::default() };
    let fetched =
        fetch_by(names.clone(), url, &folder.path().join("x"), &options, &mut |_| ControlFlow::Continue(()));
    match fetched {
        Ok(fetched) => Ok(fetched.bytes),
        Err(MediaError::Fetch(FetchError::Private { address, .. })) => Err(address),
        Err(other) => panic!("{other}"),
    }
}

/// Posts; gives the status, or the address that was refused.
fn send(names: &Names, url: &str) -> Result<u16, IpAddr> {
    match post_by(names.clone(), url, &[], b"{}", Duration::from_secs(20), &allowed()) {
        Ok(status) => Ok(status),
        Err(FetchError::Private { address, .. }) => Err(address),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_connection_goes_to_the_address_that_was_checked() {
    let servers = Servers::start();
    let names = Names::new(&[("rebound.example", &[&["127.0.0.2"], &["127.0.0.1"]])]);
    let url = |path: &str| format!("http://rebound.example:{}{path}", servers.port);
    let refused = Err("127.0.0.1".parse().unwrap());

    // One look-up, one connection; were the name looked up again for connecting, it would lead inside.
    assert_eq!(get(&names, &url("/clip")), Ok(4));
    assert_eq!(names.asked(), ["rebound.example"]);
    assert_eq!(send(&names, &url("/clip")), Ok(200));
    assert_eq!(names.asked(), ["rebound.example"]);

    // The second look is judged by itself: at a redirect to the same name, and at the next request.
    assert_eq!(get(&names, &url("/to/rebound.example")), refused);
    assert_eq!(names.asked().len(), 2);
    assert_eq!(get(&names, &url("/clip")), Ok(4));
    assert_eq!((get(&names, &url("/clip")), send(&names, &url("/clip")).map(u64::from)), (refused, refused));
    assert_eq!(servers.inside.load(Ordering::SeqCst), 0, "nobody may have knocked there");
}

#[test]
fn names_of_addresses_inside_are_refused_however_they_are_written() {
    let servers = Servers::start();
    let names = Names::new(&[
        ("outside.example", &[&["127.0.0.2"]]),
        ("loopback.example", &[&["127.0.0.1"]]),
        ("six.example", &[&["::1"]]),
        ("mapped.example", &[&["::ffff:127.0.0.1"]]),
        ("nat64.example", &[&["64:ff9b::7f00:1"]]),
        ("metadata.example", &[&["169.254.169.254"]]),
        // One good address does not make up for a bad one: the client would try all of them.
        ("both.example", &[&["127.0.0.2", "10.0.0.1"]]),
        ("127.0.0.1", &[&["127.0.0.1"]]),
        ("[::ffff:127.0.0.1]", &[&["::ffff:127.0.0.1"]]),
    ]);
    let port = servers.port;
    for (host, address) in [
        ("loopback.example", "127.0.0.1"),
        ("six.example", "::1"),
        ("mapped.example", "::ffff:127.0.0.1"),
        ("nat64.example", "64:ff9b::7f00:1"),
        ("metadata.example", "169.254.169.254"),
        ("both.example", "10.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
    ] {
        let refused = address.parse().unwrap();
        assert_eq!(get(&names, &format!("http://{host}:{port}/clip")), Err(refused), "{host}");
        assert_eq!(
            get(&names, &format!("http://outside.example:{port}/to/{host}")),
            Err(refused),
            "to {host}"
        );
        assert_eq!(send(&names, &format!("http://{host}:{port}/clip")), Err(refused), "{host}");
        // Messages follow no redirect at all.
        assert_eq!(send(&names, &format!("http://outside.example:{port}/to/{host}")), Ok(302), "to {host}");
    }
    assert_eq!(servers.inside.load(Ordering::SeqCst), 0, "nobody may have knocked there");
}
