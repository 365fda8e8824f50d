use crate::kind::Kind;

/// A value that is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bind {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

impl From<String> for Bind {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Bind {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A statement, or the beginning of one, with the values of its placeholders in their order.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    kind: Kind,
    text: String,
    binds: Vec<Bind>,
}

impl Statement {
    /// An empty one.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            binds: Vec::new(),
        }
    }

    /// Which database it is for.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Goes on with words of this program.
    pub(crate) fn sql(&mut self, words: &str) -> &mut Self {
        self.text.push_str(words);
        self
    }

    /// Goes on with a value.
    pub(crate) fn bind(&mut self, value: impl Into<Bind>) -> &mut Self {
        self.binds.push(value.into());
        match self.kind {
            Kind::Sqlite | Kind::Mysql => self.text.push('?'),
            Kind::Postgres => {
                self.text.push('$');
                self.text.push_str(&self.binds.len().to_string());
            }
        }
        self
    }

    /// Goes on with pieces that each stand behind the other with `between`.
    pub(crate) fn separated<T>(
        &mut self,
        between: &str,
        pieces: impl IntoIterator<Item = T>,
        mut add: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (place, piece) in pieces.into_iter().enumerate() {
            if place > 0 {
                self.sql(between);
            }
            add(self, piece);
        }
        self
    }

    /// The same values in other words around them.
    pub(crate) fn saying(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// Nothing was added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Its words.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The values of its placeholders.
    pub(crate) fn binds(&self) -> &[Bind] {
        &self.binds
    }
}
