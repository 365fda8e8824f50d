use ferroboard_testing::databases::Backend;

/// What the command line says.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn read() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// What stands behind this name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    /// Whether a short run is to show only that everything works.
    pub(crate) fn is_smoke(&self) -> bool {
        self.0.iter().any(|argument| argument == "--smoke")
    }

    /// The number behind this name; without it the usual one, or the one of a short run.
    pub(crate) fn number(&self, name: &str, usual: u64, smoke: u64) -> u64 {
        match self.value(name) {
            Some(text) => text.parse().unwrap(),
            None if self.is_smoke() => smoke,
            None => usual,
        }
    }

    /// The numbers behind this name, with commas between them.
    pub(crate) fn numbers(&self, name: &str, usual: &[u64], smoke: &[u64]) -> Vec<u64> {
        match self.value(name) {
            Some(text) => text.split(',').map(|text| text.parse().unwrap()).collect(),
            None if self.is_smoke() => smoke.to_vec(),
            None => usual.to_vec(),
        }
    }

    /// The databases, of those that a run is made for.
    pub(crate) fn backends(&self, usual: &[Backend]) -> Vec<Backend> {
        match self.value("--database") {
            None => usual.to_vec(),
            Some("sqlite") => vec![Backend::Sqlite],
            Some("mysql") => vec![Backend::Mysql],
            Some("postgres") => vec![Backend::Postgres],
            Some(other) => panic!("there is no database {other}"),
        }
    }
}
