//! The load generator `wrk`.

use std::path::Path;
use std::process::{Child, Command};

/// What `wrk` reported.
pub(crate) struct Load {
    /// Requests per second.
    pub(crate) rate: String,
    /// How many requests were answered.
    pub(crate) requests: u64,
    /// The latency below which 99 % stay.
    pub(crate) p99: String,
    /// How many answers were neither 2xx nor 3xx.
    pub(crate) refused: String,
}

impl Load {
    /// Reads what `wrk` printed.
    pub(crate) fn read(printed: &[u8]) -> Self {
        let text = std::str::from_utf8(printed).unwrap();
        let line = |name: &str| text.lines().find(|line| line.contains(name));
        let field = |name: &str| {
            let last = line(name).and_then(|line| line.split_whitespace().last());
            last.unwrap_or("0").to_owned()
        };
        let requests = line(" requests in ").and_then(|line| line.split_whitespace().next());
        Self {
            rate: field("Requests/sec"),
            requests: requests.map_or(0, |count| count.parse().unwrap()),
            p99: field("99%"),
            refused: field("Non-2xx"),
        }
    }

    /// Runs it to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::read(&or_stop(command.output()).stdout)
    }
}

/// So many connections that ask for this address for so long.
pub(crate) fn wrk(connections: &str, seconds: &str, url: &str, more: &[&str]) -> Command {
    let mut command = Command::new("wrk");
    let threads = if connections == "1" { "1" } else { "2" };
    command
        .args(["-t", threads, "-c", connections, "-d", seconds, "--latency"])
        .args(more)
        .arg(url);
    command
}

/// The started command, if it is there.
pub(crate) fn started(command: &mut Command) -> Child {
    or_stop(command.spawn())
}

fn or_stop<T>(outcome: std::io::Result<T>) -> T {
    outcome.unwrap_or_else(|error| panic!("wrk is needed (Debian: apt-get install wrk): {error}"))
}

/// Writes a script that lets each request ask for the link of another of so many users.
pub(crate) fn link_script(folder: &Path, users: u64, query: &str) -> String {
    let path = folder.join("links.lua");
    let script = format!(
        "local asked = 0\n\
         function setup(thread) seed = (seed or 0) + 1; thread:set('start', seed * 7919) end\n\
         function request()\n\
           asked = asked + 1\n\
           local user = (start + asked * 104729) % {users} + 1\n\
           return wrk.format('GET', string.format('/s/%032d{query}', user))\n\
         end\n"
    );
    std::fs::write(&path, script).unwrap();
    path.display().to_string()
}

/// Writes a script that sends this JSON over and over.
pub(crate) fn post_script(folder: &Path, body: &str) -> String {
    let path = folder.join("post.lua");
    let script = format!(
        "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n\
         wrk.body = '{body}'\n"
    );
    std::fs::write(&path, script).unwrap();
    path.display().to_string()
}
