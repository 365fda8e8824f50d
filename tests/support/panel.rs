use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ferroboard_testing::databases::{Database, free_port};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Answer, PASSWORD};

/// Variables of the environment on top of the usual ones.
pub(crate) type Settings<'a> = &'a [(&'a str, &'a str)];

/// A running `ferroboard serve`. It is killed when this is dropped.
///
/// On a cluster it is one for each node, and requests go to them in turn.
pub(crate) struct Panel {
    process: Child,
    folder: TempDir,
    address: SocketAddr,
    client: reqwest::Client,
    mates: Vec<Panel>,
    next: AtomicUsize,
}

/// The program of this build.
const BUILT: &str = env!("CARGO_BIN_EXE_ferroboard");

/// The program with nothing of the surrounding environment but where to find other programs.
fn program(executable: &Path, folder: &Path, url: &str, settings: Settings) -> Command {
    let mut command = Command::new(executable);
    command
        .env_clear()
        .env("FERROBOARD__DATABASE__URL", url)
        .env("FERROBOARD__PROFILE", "development")
        .env("FERROBOARD__JOBS__ENABLED", "false")
        .env("FERROBOARD__HASHING__COST", "4")
        .env(
            "FERROBOARD__LIMITS__PASSPORT_PER_ADDRESS_PER_MINUTE",
            "1000000",
        )
        .env(
            "FERROBOARD__LIMITS__PASSPORT_PER_ACCOUNT_PER_MINUTE",
            "1000000",
        )
        .env("FERROBOARD__LIMITS__FAILED_LOGINS_PER_ADDRESS", "1000000")
        .env(
            "FERROBOARD__LIMITS__EMAIL_CODES_PER_ADDRESS_PER_HOUR",
            "1000000",
        )
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .current_dir(folder);
    command
}

/// The program of this build. Its hashing does not give way: beside a test that takes all processors a login
/// would wait until it is given up.
fn built(folder: &Path, url: &str, settings: Settings) -> Command {
    let firm = [("FERROBOARD__HASHING__NICENESS", "0")];
    let mut command = program(Path::new(BUILT), folder, url, &firm);
    command.envs(settings.iter().copied());
    command
}

/// Runs a command of the program to its end.
pub(crate) fn run(database: &Database, settings: Settings, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    built(folder.path(), database.url(), settings)
        .args(arguments)
        .output()
        .unwrap()
}

/// Migrates the database at this URL.
pub(crate) fn migrate(url: &str) {
    let folder = TempDir::new().unwrap();
    let migrated = built(folder.path(), url, &[])
        .arg("migrate")
        .output()
        .unwrap();
    assert!(
        migrated.status.success(),
        "{}",
        String::from_utf8_lossy(&migrated.stderr)
    );
}

/// Runs a command of another build of the program to its end.
pub(crate) fn run_other(
    executable: &Path,
    database: &Database,
    settings: Settings,
    arguments: &[&str],
) -> Output {
    let folder = TempDir::new().unwrap();
    program(executable, folder.path(), database.url(), settings)
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs a command of the program, and ends it after so long as a power cut would unless it has ended.
pub(crate) fn run_killed(
    database: &Database,
    settings: Settings,
    arguments: &[&str],
    after: Duration,
) {
    let folder = TempDir::new().unwrap();
    let mut process = built(folder.path(), database.url(), settings)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Runs a command of the program to its end, and gives it something to read.
pub(crate) fn run_with_input(database: &Database, arguments: &[&str], input: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let given = folder.path().join("input");
    std::fs::write(&given, input).unwrap();
    built(folder.path(), database.url(), &[])
        .args(arguments)
        .stdin(File::open(given).unwrap())
        .output()
        .unwrap()
}

impl Panel {
    /// Migrates the database and serves it.
    pub(crate) async fn start(database: &Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// Migrates the database, writes these site settings into it, and serves it.
    pub(crate) async fn start_on_site(database: &Database, site: &[(&str, &str)]) -> Self {
        Self::start_on_site_with(database, site, &[]).await
    }

    /// The same in this environment.
    pub(crate) async fn start_on_site_with(
        database: &Database,
        site: &[(&str, &str)],
        settings: Settings<'_>,
    ) -> Self {
        migrate(database.url());
        for (name, value) in site {
            let [name, value] = [name, value].map(|text| database.sql().quoted(text));
            let insert = format!("INSERT INTO v2_settings (name, value) VALUES ({name}, {value})");
            database.sql().execute(&insert).await;
        }
        Self::start_with(database, settings).await
    }

    /// Migrates the database and serves it in this environment.
    pub(crate) async fn start_with(database: &Database, settings: Settings<'_>) -> Self {
        let mut panel = Self::launch(database, settings);
        panel.wait_until_healthy().await;
        for peer in database.peers() {
            let mut mate = Self::launch_at(peer, settings);
            mate.wait_until_healthy().await;
            panel.mates.push(mate);
        }
        panel
    }

    /// Migrates the database with another build of the program, and serves it with that.
    pub(crate) async fn start_other(
        executable: &Path,
        database: &Database,
        settings: Settings<'_>,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let command = program(executable, folder.path(), database.url(), settings);
        let mut panel = Self::launch_to_files(folder, command);
        panel.wait_until_healthy().await;
        panel
    }

    /// Starts the program and does not wait for it.
    pub(crate) fn launch(database: &Database, settings: Settings) -> Self {
        Self::launch_at(database.url(), settings)
    }

    /// Where so many panels are to find the database: on a cluster each at a node of its own.
    pub(crate) fn urls(database: &Database, count: usize) -> Vec<String> {
        let nodes =
            std::iter::once(database.url()).chain(database.peers().iter().map(String::as_str));
        let nodes: Vec<&str> = nodes.collect();
        (0..count)
            .map(|panel| nodes[panel % nodes.len()].to_owned())
            .collect()
    }

    /// Starts the program at this node and does not wait for it.
    pub(crate) fn launch_at(url: &str, settings: Settings) -> Self {
        let folder = TempDir::new().unwrap();
        let command = built(folder.path(), url, settings);
        Self::launch_to_files(folder, command)
    }

    fn launch_to_files(folder: TempDir, command: Command) -> Self {
        let [out, err] = ["out", "err"].map(|name| File::create(folder.path().join(name)).unwrap());
        Self::launch_in(folder, command, [out.into(), err.into()])
    }

    /// Starts the program with other outputs than files that can be read back.
    pub(crate) fn launch_printing_to(
        database: &Database,
        settings: Settings,
        out: Stdio,
        err: Stdio,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let command = built(folder.path(), database.url(), settings);
        Self::launch_in(folder, command, [out, err])
    }

    fn launch_in(folder: TempDir, mut command: Command, [out, err]: [Stdio; 2]) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let process = command
            .env("FERROBOARD__HTTP__BIND", address.to_string())
            .arg("serve")
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            // Before the panel closes a connection that rests, which may cross a request on it.
            .pool_idle_timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        Self {
            process,
            folder,
            address,
            client,
            mates: Vec::new(),
            next: AtomicUsize::new(0),
        }
    }

    /// Waits until the panel answers that it can serve.
    pub(crate) async fn wait_until_healthy(&mut self) {
        let started = Instant::now();
        loop {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < Duration::from_secs(60),
                "the panel is not healthy ({ended:?}):\n{}",
                self.log()
            );
            match self.client.get(self.url("/healthz")).send().await {
                Ok(answer) if answer.status() == 200 => return,
                _ => tokio::time::sleep(Duration::from_millis(25)).await,
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Where the path is asked for; on a cluster at another node each time.
    pub(crate) fn url(&self, path: &str) -> String {
        let place = self.next.fetch_add(1, Ordering::Relaxed) % (self.mates.len() + 1);
        let panel = place.checked_sub(1).map_or(self, |mate| &self.mates[mate]);
        format!("http://{}{path}", panel.address)
    }

    /// Everything the program has written so far.
    pub(crate) fn log(&self) -> String {
        let read =
            |name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let own = read("out") + &read("err");
        let others = self.mates.iter().map(Self::log);
        std::iter::once(own).chain(others).collect()
    }

    /// Its number, for what the kernel knows of it.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.process.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Ends the program as a power cut would, as far as the program can tell.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits until the program ends by itself.
    pub(crate) async fn wait_until_ended(&mut self, seconds: u64) -> Option<ExitStatus> {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait().unwrap() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// GET, logged in by the token unless it is empty.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.client.get(self.url(path)), token).await
    }

    /// POST of a JSON body, logged in by the token unless it is empty.
    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(self.client.post(self.url(path)).json(&body), token)
            .await
    }

    /// POST of a body of any type.
    pub(crate) async fn post_raw(&self, path: &str, kind: &str, body: impl Into<String>) -> Answer {
        let request = self
            .client
            .post(self.url(path))
            .header("Content-Type", kind);
        self.send(request.body(body.into()), "").await
    }

    async fn send(&self, request: reqwest::RequestBuilder, token: &str) -> Answer {
        let request = if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        };
        Answer::of(request.send().await.unwrap()).await
    }

    /// Registers an account and returns its session's token.
    pub(crate) async fn register(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        self.post("/api/v1/passport/auth/register", "", body)
            .await
            .text_of("auth_data")
    }

    /// Tries to log in.
    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.post("/api/v1/passport/auth/login", "", body).await
    }

    /// Has a code mailed to the address and reads it from the answer of the development profile.
    pub(crate) async fn email_code(&self, email: &str) -> String {
        let sent = self.post(
            "/api/v1/passport/comm/sendEmailVerify",
            "",
            json!({"email": email}),
        );
        sent.await.text_of("debug_code")
    }

    /// Installs a plugin past the panel, and waits until this page answers: within five seconds, or
    /// what these become where all processors are taken.
    pub(crate) async fn install(
        &self,
        database: &Database,
        code: &str,
        config: &Value,
        page: &str,
        token: &str,
    ) {
        let config = database.sql().quoted(&config.to_string());
        let insert = format!(
            "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
             VALUES ('A plugin', '{code}', '1.0.0', 1, {config})"
        );
        database.sql().execute(&insert).await;
        let is_noticed = || async {
            for _ in 0..=self.mates.len() {
                if self.get(page, token).await.status != 200 {
                    return false;
                }
            }
            true
        };
        assert!(
            super::within(30, is_noticed).await,
            "the plugin was not noticed"
        );
    }

    /// What the session's own page says about the account.
    pub(crate) async fn info(&self, token: &str) -> Answer {
        self.get("/api/v1/user/info", token).await
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            println!("--- the panel's log\n{}", self.log());
        }
    }
}
