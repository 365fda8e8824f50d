//! Documents of any shape whose members keep their order: parsed templates, and what is written.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

/// A value as YAML and JSON know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    Null,
    Flag(bool),
    Number(Number),
    Text(Cow<'static, str>),
    List(Vec<Tree>),
    Map(Members),
}

/// The members of a map, in the order in which they were put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members(IndexMap<Cow<'static, str>, Tree>);

impl Tree {
    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is a map.
    pub(crate) const fn as_map(&self) -> Option<&Members> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    /// Puts `value` in the place of `placeholder` in every text, also in names of members.
    pub(crate) fn substitute(&mut self, placeholder: &str, value: &str) {
        match self {
            Self::Text(text) if text.contains(placeholder) => {
                *text = Cow::Owned(text.replace(placeholder, value));
            }
            Self::List(items) => {
                for item in items {
                    item.substitute(placeholder, value);
                }
            }
            Self::Map(members) => members.substitute(placeholder, value),
            _ => {}
        }
    }
}

impl Members {
    /// Puts a member behind the others, or in its old place when there is one of that name.
    pub(crate) fn put(&mut self, name: &'static str, value: impl Into<Tree>) {
        self.0.insert(Cow::Borrowed(name), value.into());
    }

    /// Puts a member if there is a value.
    pub(crate) fn put_some(&mut self, name: &'static str, value: Option<impl Into<Tree>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Puts a member whose name comes from elsewhere.
    pub(crate) fn put_named(&mut self, name: String, value: impl Into<Tree>) {
        self.0.insert(Cow::Owned(name), value.into());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tree> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Tree::as_text)
    }

    /// Takes the items of a list out, leaving null in its place; none of anything else.
    pub(crate) fn take_list(&mut self, name: &str) -> Vec<Tree> {
        match self
            .0
            .get_mut(name)
            .map(|value| std::mem::replace(value, Tree::Null))
        {
            Some(Tree::List(items)) => items,
            _ => Vec::new(),
        }
    }

    /// Keeps those items of a list that are to be kept, and may change them.
    pub(crate) fn retain(&mut self, name: &str, keep: impl FnMut(&mut Tree) -> bool) {
        if let Some(Tree::List(items)) = self.0.get_mut(name) {
            items.retain_mut(keep);
        }
    }

    /// The maps in a list of maps, to be changed.
    pub(crate) fn maps_mut(&mut self, name: &str) -> impl Iterator<Item = &mut Self> {
        let items = match self.0.get_mut(name) {
            Some(Tree::List(items)) => items.as_mut_slice(),
            _ => &mut [],
        };
        items.iter_mut().filter_map(|item| match item {
            Tree::Map(members) => Some(members),
            _ => None,
        })
    }

    /// The member as a map that can be changed, if it is one.
    pub(crate) fn map_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self.0.get_mut(name) {
            Some(Tree::Map(members)) => Some(members),
            _ => None,
        }
    }

    /// Takes a member out; the others keep their order.
    pub(crate) fn take(&mut self, name: &str) -> Option<Tree> {
        self.0.shift_remove(name)
    }

    /// Whether there is no member but these.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        self.0.keys().all(|name| names.contains(&name.as_ref()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts `value` in the place of `placeholder` in every text, also in names of members.
    pub(crate) fn substitute(&mut self, placeholder: &str, value: &str) {
        for member in self.0.values_mut() {
            member.substitute(placeholder, value);
        }
        if self.0.keys().any(|name| name.contains(placeholder)) {
            let renamed = |(name, member): (Cow<'static, str>, Tree)| {
                (Cow::Owned(name.replace(placeholder, value)), member)
            };
            self.0 = std::mem::take(&mut self.0)
                .into_iter()
                .map(renamed)
                .collect();
        }
    }
}

impl From<bool> for Tree {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Tree {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<u16> for Tree {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Text(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Members> for Tree {
    fn from(members: Members) -> Self {
        Self::Map(members)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Tree {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let own = |(name, member): (&String, &Value)| (name.clone(), member.into());
                Self::Map(members.iter().map(own).collect())
            }
        }
    }
}

impl FromIterator<(String, Tree)> for Members {
    fn from_iter<I: IntoIterator<Item = (String, Tree)>>(members: I) -> Self {
        let owned = |(name, member)| (Cow::Owned(name), member);
        Self(members.into_iter().map(owned).collect())
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(members) => members.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyTree;

        impl<'de> Visitor<'de> for AnyTree {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }

            fn visit_none<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Tree, D::Error> {
                Tree::deserialize(inner)
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
                Ok(flag.into())
            }

            fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
                Ok(number.into())
            }

            fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
                Ok(Tree::Number(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
                Ok(Number::from_f64(number).map_or(Tree::Null, Tree::Number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(text.into())
            }

            fn visit_string<E>(self, text: String) -> Result<Tree, E> {
                Ok(text.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Tree::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
                let mut map = Members::default();
                while let Some((name, member)) = members.next_entry::<String, Tree>()? {
                    map.put_named(name, member);
                }
                Ok(Tree::Map(map))
            }
        }

        deserializer.deserialize_any(AnyTree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_survives_reading_changing_and_writing() {
        let text = r#"{"z":1,"a":[null,true,-2,1.5,"$x"],"$x":{"m":18446744073709551615},"b":"é"}"#;
        let mut tree: Tree = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&tree).unwrap(), text);
        tree.substitute("$x", "y");
        let Tree::Map(mut members) = tree else {
            panic!("a map")
        };
        assert!(members.take("z").is_some());
        assert_eq!(members.take_list("a").len(), 5);
        assert!(members.take_list("b").is_empty());
        members.put("a", vec![7_i64]);
        members.put_some("none", None::<bool>);
        assert_eq!(
            serde_json::to_string(&members).unwrap(),
            r#"{"a":[7],"y":{"m":18446744073709551615},"b":null}"#
        );
    }
}
