//! The server over a real socket.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferroboard_application::{Application, Options};
use ferroboard_testing::Fakes;
use ferroboard_web::{Panel, WebOptions, serve};

/// Starts a server that lives as long as the test program.
fn start() -> (SocketAddr, Fakes) {
    let fakes = Fakes::default();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let shared = fakes.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let application = Application::new(shared.ports(), Options::new("test".into()));
            let application = Arc::new(application.await.unwrap());
            let options = WebOptions {
                workers: Some(1),
                ..WebOptions::default()
            };
            let handle = tokio::runtime::Handle::current();
            let panel = Panel::new(application, handle, options, shared.random.as_ref());
            serve(listener, panel).await
        })
    });
    (address, fakes)
}

fn ask(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn head_has_the_length_of_get_and_no_body() {
    let (address, _) = start();
    let get = ask(
        address,
        b"GET /api/v1/guest/comm/config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    let head = ask(
        address,
        b"HEAD /api/v1/guest/comm/config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    let (get_head, body) = get.split_once("\r\n\r\n").unwrap();
    let (head_head, nothing) = head.split_once("\r\n\r\n").unwrap();
    let length = format!("content-length: {}", body.len());
    assert!(
        get_head.to_ascii_lowercase().contains(&length),
        "{get_head}"
    );
    assert!(
        head_head.to_ascii_lowercase().contains(&length),
        "{head_head}"
    );
    assert_eq!(nothing, "");
}

#[test]
fn a_client_that_sends_too_much_still_reads_the_answer() {
    let (address, _) = start();
    let body = vec![b'x'; 3 * 1024 * 1024];
    let head = format!(
        "POST /api/v1/passport/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = ask(address, &[head.as_bytes(), &body].concat());
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn a_client_that_hangs_up_cancels_nothing() {
    let (address, fakes) = start();
    let body = r#"{"email":"gone@demo.test","password":"password-gone"}"#;
    let request = format!(
        "POST /api/v1/passport/auth/register HTTP/1.1\r\nHost: x\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // While this transaction is open, the registration has to wait for its own.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let open = runtime.block_on(fakes.store.transaction()).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    drop(stream);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(fakes.store.read(|tables| tables.users.len()), 0);
    drop(open);
    let deadline = Instant::now() + Duration::from_secs(10);
    while fakes.store.read(|tables| tables.users.len()) == 0 {
        assert!(Instant::now() < deadline, "the registration was lost");
        std::thread::sleep(Duration::from_millis(20));
    }
}
