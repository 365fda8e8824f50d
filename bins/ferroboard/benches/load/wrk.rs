//! The load generator `wrk`.

use std::path::Path;
use std::process::{Child, Command};

/// What `wrk` reported.
pub(crate) struct Load {
    /// Requests per second.
    pub(crate) rate: String,
    /// How many requests were answered.
    pub(crate) requests: u64,
    /// The latency below which half of them stay.
    pub(crate) p50: String,
    /// The latency below which 99 % stay.
    pub(crate) p99: String,
    /// How many answers were neither 2xx nor 3xx.
    pub(crate) refused: String,
}

impl Load {
    /// Reads what `wrk` printed.
    pub(crate) fn read(printed: &[u8]) -> Self {
        let text = std::str::from_utf8(printed).unwrap();
        // Shares of latencies stand at the beginning of a line; elsewhere shares of the spread do.
        let lines = || text.lines().map(str::trim_start);
        let line = |name: &str| lines().find(|line| line.starts_with(name));
        let field = |name: &str| {
            let last = line(name).and_then(|line| line.split_whitespace().last());
            last.unwrap_or("0").to_owned()
        };
        let requests = lines().find_map(|line| line.split_once(" requests in "));
        Self {
            rate: field("Requests/sec"),
            requests: requests.map_or(0, |(count, _)| count.parse().unwrap()),
            p50: field("50%"),
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

/// Writes a script that logs the accounts `user1@crowd.test` to this number in by turns.
pub(crate) fn logins_script(folder: &Path, accounts: u64, password: &str) -> String {
    let path = folder.join("logins.lua");
    let script = format!(
        "local asked = 0\n\
         wrk.method = 'POST'\n\
         wrk.headers['Content-Type'] = 'application/json'\n\
         function request()\n\
           asked = asked + 1\n\
           local body = string.format('{{\"email\":\"user%d@crowd.test\",\"password\":\"{password}\"}}', asked % {accounts} + 1)\n\
           return wrk.format(nil, nil, nil, body)\n\
         end\n"
    );
    std::fs::write(&path, script).unwrap();
    path.display().to_string()
}
