//! A payment page as a broker of EPay's has one: it shows a button, reports the payment and leads back.

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::support::Notice;
use crate::support::notice::KEY;

/// Serves payment pages until the test ends.
pub(crate) async fn open() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, address));
        }
    });
    address
}

async fn answer(mut stream: TcpStream, own: SocketAddr) {
    let mut asked = vec![0; 8192];
    let length = stream.read(&mut asked).await.unwrap_or_default();
    let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
    let path = asked.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let url = Url::parse(&format!("http://{own}{path}")).unwrap();
    let (status, more, body) = match url.path() {
        "/submit.php" => {
            let query = url.query().unwrap_or_default().replace('&', "&amp;");
            let page = format!(
                "<!doctype html><link rel=icon href=data:,><a id=pay href=\"/paid?{query}\">Pay</a>"
            );
            ("200 OK", String::new(), page)
        }
        "/paid" => {
            let back = report(&url).await;
            (
                "303 See Other",
                format!("location: {back}\r\n"),
                String::new(),
            )
        }
        _ => ("404 Not Found", String::new(), String::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes()).await;
}

/// Reports that what was asked for is paid, and says where the customer is sent.
async fn report(asked: &Url) -> String {
    let asked: HashMap<String, String> = asked.query_pairs().into_owned().collect();
    let (whole, cents) = asked["money"].split_once('.').unwrap();
    let cents = format!("{whole}{cents}").parse().unwrap();
    let notice = Notice::of(&asked["out_trade_no"], cents, "a-number-of-the-broker").signed(KEY);
    let address = format!("{}?{notice}", asked["notify_url"]);
    let heard = reqwest::get(address).await.unwrap().text().await.unwrap();
    assert_eq!(heard, "success");
    asked["return_url"].clone()
}
