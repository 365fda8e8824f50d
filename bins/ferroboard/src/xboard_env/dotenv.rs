//! Reads an `.env` file as vlucas/phpdotenv 5 does, which is what Laravel reads it with, and then as
//! Laravel's `env()` does.
//!
//! No crate reads this dialect: theirs expand `$NAME` too, know other escapes and join lines by other
//! rules, so that a password with a `$` becomes another one. The names below are those of the original.

use std::collections::HashMap;

/// What PHP's `trim` takes away here, and what makes a line an empty one.
const BLANK: [char; 5] = [' ', '\n', '\r', '\t', '\0'];

/// A line that PHP would refuse as well. Never quotes the file, which holds secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {mistake}")]
pub(super) struct DotenvError {
    /// Where the entry begins, from 1 on.
    pub(super) line: usize,
    pub(super) mistake: Mistake,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mistake {
    #[error("the text is not UTF-8")]
    Encoding,
    #[error("there is no name before the equals sign")]
    NoName,
    #[error("the name holds a character that names cannot have")]
    Name,
    #[error("a quote is not closed")]
    OpenQuote,
    #[error("in double quotes a backslash stands only before \" \\ $ f n r t v")]
    Escape,
    #[error("a value with a space in it needs quotes")]
    Space,
}

/// What the entries say, and on which line each stands.
pub(super) struct Entries {
    values: HashMap<String, (usize, String)>,
}

impl Entries {
    /// Reads the whole file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, DotenvError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let read = bytes.get(..error.valid_up_to()).unwrap_or_default();
            DotenvError {
                line: lines(&String::from_utf8_lossy(read)).count(),
                mistake: Mistake::Encoding,
            }
        })?;
        let mut values = HashMap::new();
        for (line, entry) in entries(text) {
            let at = |mistake| DotenvError { line, mistake };
            let (name, value) = split(&entry).map_err(at)?;
            match value {
                // A name alone takes away what an earlier line said.
                None => values.remove(name),
                Some(value) => {
                    let value = resolve(parse_value(value).map_err(at)?, &values);
                    values.insert(name.to_owned(), (line, value))
                }
            };
        }
        Ok(Self { values })
    }

    /// The text of an entry, before `env()` makes something of it.
    #[cfg(test)]
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(_, value)| value.as_str())
    }

    /// On which line the entry stands that counts.
    pub(super) fn line(&self, name: &str) -> Option<usize> {
        self.values.get(name).map(|(line, _)| *line)
    }

    /// What `env()` gives for a text: words for truth and nothing, and quotes that were left.
    pub(super) fn env(&self, name: &str) -> Option<Env<'_>> {
        let (_, value) = self.values.get(name)?;
        let text = match value.to_ascii_lowercase().as_str() {
            "null" | "(null)" => return Some(Env::Null),
            // As PHP makes texts of them.
            "true" | "(true)" => "1",
            "false" | "(false)" | "empty" | "(empty)" => "",
            _ => unquoted(value),
        };
        Some(Env::Text(text))
    }
}

/// An entry as the configuration of Laravel sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Env<'a> {
    /// The word `null`: not even the default counts.
    Null,
    Text(&'a str),
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .filter(|inner| !inner.contains('\n'))
        .unwrap_or(value)
}

/// Lines end with LF, CR LF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    })
}

/// The entries with the number of their first line; one in double quotes may go over several. What a
/// quote at the end of the file leaves open is passed over, as by PHP.
fn entries(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (line, number) in lines(text).zip(1..) {
        let (begun, entry, is_complete) = match open.take() {
            Some((begun, before)) => (
                begun,
                format!("{before}\n{line}"),
                closes_quote(line, false),
            ),
            None => {
                let is_complete = !line.contains("=\"") || closes_quote(line, true);
                (number, line.to_owned(), is_complete)
            }
        };
        if !is_complete {
            open = Some((begun, entry));
        } else if !is_comment_or_blank(&entry) {
            found.push((begun, entry));
        }
    }
    found
}

/// Whether a line ends what is in double quotes, which one that also began it does with a second one.
fn closes_quote(line: &str, began_here: bool) -> bool {
    if line == "\"" {
        return true;
    }
    let line = line.replace("\\\\", "");
    let quotes = line
        .bytes()
        .zip(line.bytes().skip(1))
        .filter(|pair| pair.0 != b'\\' && pair.1 == b'"')
        .count();
    quotes > usize::from(began_here)
}

fn is_comment_or_blank(entry: &str) -> bool {
    let entry = trim(entry);
    entry.is_empty() || entry.starts_with('#')
}

fn trim(text: &str) -> &str {
    text.trim_matches(|sign| BLANK.contains(&sign) || sign == '\x0B')
}

/// The name, and the value where there is an equals sign.
fn split(entry: &str) -> Result<(&str, Option<&str>), Mistake> {
    let (name, value) = match entry.split_once('=') {
        Some((name, value)) => (trim(name), Some(trim(value))),
        None => (entry, None),
    };
    if name.is_empty() {
        return Err(Mistake::NoName);
    }
    let exported = name
        .strip_prefix("export")
        .filter(|rest| name.chars().count() > 8 && rest.starts_with(|sign: char| is_space(sign)));
    let name = exported.map_or(name, |rest| rest.trim_start_matches(is_space));
    let name = ['"', '\'']
        .into_iter()
        .find_map(|quote| name.strip_prefix(quote)?.strip_suffix(quote))
        .filter(|inner| !inner.is_empty())
        .unwrap_or(name);
    let is_valid = |sign: char| {
        sign.is_lowercase()
            || sign.is_uppercase()
            || sign.is_numeric()
            || sign == '_'
            || sign == '.'
    };
    if !name.is_empty() && name.chars().all(is_valid) {
        Ok((name, value))
    } else {
        Err(Mistake::Name)
    }
}

/// A value, and where in it a `$` stands that may begin a name.
#[derive(Default)]
struct Value {
    text: String,
    variables: Vec<usize>,
}

#[derive(Clone, Copy)]
enum State {
    Initial,
    Unquoted,
    SingleQuoted,
    DoubleQuoted,
    Escape,
    Whitespace,
    Comment,
}

fn parse_value(source: &str) -> Result<Value, Mistake> {
    let mut value = Value::default();
    let mut state = State::Initial;
    for sign in source.chars() {
        state = step(state, sign, &mut value)?;
    }
    match state {
        State::SingleQuoted | State::DoubleQuoted | State::Escape => Err(Mistake::OpenQuote),
        _ => Ok(value),
    }
}

fn step(state: State, sign: char, value: &mut Value) -> Result<State, Mistake> {
    let mut keep = |next| {
        value.text.push(sign);
        Ok(next)
    };
    match (state, sign) {
        (State::Initial, '\'') => Ok(State::SingleQuoted),
        (State::Initial, '"') => Ok(State::DoubleQuoted),
        (State::Initial | State::Unquoted | State::Whitespace, '#') | (State::Comment, _) => {
            Ok(State::Comment)
        }
        (State::Unquoted, sign) if is_space(sign) => Ok(State::Whitespace),
        (State::Initial | State::Unquoted, '$') => {
            value.variables.push(value.text.len());
            value.text.push(sign);
            Ok(State::Unquoted)
        }
        (State::Initial | State::Unquoted, _) => keep(State::Unquoted),
        (State::SingleQuoted, '\'') | (State::DoubleQuoted, '"') => Ok(State::Whitespace),
        (State::SingleQuoted, _) => keep(State::SingleQuoted),
        (State::DoubleQuoted, '\\') => Ok(State::Escape),
        (State::DoubleQuoted, '$') => {
            value.variables.push(value.text.len());
            value.text.push(sign);
            Ok(State::DoubleQuoted)
        }
        (State::DoubleQuoted, _) => keep(State::DoubleQuoted),
        (State::Escape, sign) => {
            value.text.push(match sign {
                '"' | '\\' | '$' => sign,
                'f' => '\x0C',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\x0B',
                _ => return Err(Mistake::Escape),
            });
            Ok(State::DoubleQuoted)
        }
        (State::Whitespace, sign) if is_space(sign) => Ok(State::Whitespace),
        (State::Whitespace, _) => Err(Mistake::Space),
    }
}

/// C's `isspace`.
fn is_space(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C')
}

/// Puts the values of earlier entries in place of `${NAME}`, from the last on; unknown names stay.
fn resolve(value: Value, known: &HashMap<String, (usize, String)>) -> String {
    let Value {
        mut text,
        variables,
    } = value;
    for place in variables.into_iter().rev() {
        let (Some(before), Some(rest)) = (text.get(..place), text.get(place..)) else {
            continue;
        };
        let named = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'))
            .filter(|(name, _)| {
                let is_valid = |sign: char| sign.is_ascii_alphanumeric() || "_.".contains(sign);
                !name.is_empty() && name.chars().all(is_valid)
            });
        if let Some((name, after)) = named
            && let Some((_, known)) = known.get(name)
        {
            text = format!("{before}{known}{after}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// Files, and what phpdotenv 5.6 and `env()` say of `V` in each, written down by a run of them.
    const PHP_READS: &str = include_str!("php_reads.json");

    #[derive(Deserialize)]
    struct Row {
        file: String,
        #[serde(default)]
        refused: bool,
        text: Option<String>,
        env: Option<String>,
    }

    #[test]
    fn values_are_what_php_makes_of_them() {
        let rows: Vec<Row> = serde_json::from_str(PHP_READS).unwrap();
        assert!(rows.len() > 90);
        for row in rows {
            let file = &row.file;
            let entries = match Entries::parse(file.as_bytes()) {
                Ok(entries) => entries,
                Err(error) => {
                    assert!(row.refused, "{file:?}: {error}");
                    continue;
                }
            };
            assert!(!row.refused, "{file:?} was accepted");
            assert_eq!(entries.text("V"), row.text.as_deref(), "{file:?}");
            let env = match entries.env("V") {
                Some(Env::Text(text)) => Some(text),
                Some(Env::Null) | None => None,
            };
            assert_eq!(env, row.env.as_deref(), "{file:?}");
        }
    }

    #[test]
    fn mistakes_are_told_by_their_line_and_never_quoted() {
        for (file, line) in [
            ("A=1\nDB_PASSWORD=top secret", 2),
            ("A=\"1\n2\n3\"\nDB_PASSWORD='secret", 4),
            ("A=1\r\n\r\nDB_PASSWORD=\"se\\cret\"", 3),
            ("DB_PASSWORD=\"a\nb\"secret", 1),
            ("A=1\nDB-PASSWORD=secret", 2),
            ("\n\n=secret", 3),
        ] {
            let error = Entries::parse(file.as_bytes()).err().unwrap();
            assert_eq!(error.line, line, "{file:?}");
            let told = error.to_string();
            assert!(told.starts_with(&format!("line {line}: ")), "{told}");
            assert!(!told.contains("secret") && !told.contains("cret"), "{told}");
        }
        let mistake = Mistake::Encoding;
        let error = Entries::parse(b"A=1\nB=\xFF").err();
        assert_eq!(error, Some(DotenvError { line: 2, mistake }));
    }
}
