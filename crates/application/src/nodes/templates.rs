//! The templates of configurations, taken apart.

use std::sync::{Arc, Mutex, PoisonError};

use ferroboard_subscription::Templates;

use crate::Error;
use crate::context::Context;
use crate::snapshot::Snapshot;

/// The stored templates as they were read at most [`Options::node_list_age`](crate::Options::node_list_age) ago.
/// Taking one apart is work, so it is done once for each change.
#[derive(Default)]
pub(crate) struct TemplateCache {
    current: Snapshot<Arc<Templates>>,
    last: Mutex<Option<Known>>,
}

/// Rows as names and contents.
type Rows = Vec<(String, Option<String>)>;

struct Known {
    rows: Rows,
    templates: Arc<Templates>,
}

impl TemplateCache {
    /// All of them.
    pub(crate) async fn current(&self, context: &Context) -> Result<Arc<Templates>, Error> {
        let store = &context.ports.store;
        let read = || async { Ok(self.of(store.list_templates().await?)) };
        let age = context.options.node_list_age;
        let templates = self.current.get(age, || store.administered(), read);
        Ok(Arc::clone(&*templates.await?))
    }

    /// The templates that are stored so.
    fn of(&self, mut rows: Rows) -> Arc<Templates> {
        rows.sort();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(last) if last.rows == rows => Arc::clone(&last.templates),
            _ => {
                let templates = Arc::new(Templates::from_rows(rows.clone()));
                *last = Some(Known {
                    rows,
                    templates: Arc::clone(&templates),
                });
                templates
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_subscription::TemplateName;

    use super::*;

    #[test]
    fn templates_are_taken_apart_once_for_each_change() {
        let cache = TemplateCache::default();
        let row = |name: &str, text: &str| (name.to_owned(), Some(text.to_owned()));
        let first = cache.of(vec![row("surge", "a"), row("clash", "c")]);
        assert_eq!(first.text(TemplateName::Surge), "a");
        let again = cache.of(vec![row("clash", "c"), row("surge", "a")]);
        assert!(Arc::ptr_eq(&first, &again));
        let second = cache.of(vec![row("surge", "b"), ("clash".to_owned(), None)]);
        assert_eq!(second.text(TemplateName::Surge), "b");
        assert_eq!(
            second.text(TemplateName::Clash),
            TemplateName::Clash.shipped()
        );
    }
}
