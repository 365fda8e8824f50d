use serde_json::Value;

/// A JSON column of which a part is understood and all of it shown: what other panels wrote into it stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Document(Value);

impl Document {
    /// Reads a column; what is empty or cannot be read is no document.
    pub(crate) fn from_json(stored: Option<&str>) -> Self {
        let read = stored.and_then(|text| serde_json::from_str(text).ok());
        Self(read.unwrap_or_default())
    }

    /// What is to be stored.
    pub(crate) const fn of(value: Value) -> Self {
        Self(value)
    }

    /// What is stored; null where there is nothing.
    pub(crate) const fn value(&self) -> &Value {
        &self.0
    }

    /// The column's text; `None` where there is nothing.
    pub(crate) fn to_json(&self) -> Option<String> {
        (!self.0.is_null()).then(|| self.0.to_string())
    }
}
