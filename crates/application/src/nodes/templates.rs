//! The templates of configurations, taken apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use ferroboard_subscription::{TemplateName, Templates};

/// Keeps each stored template as it was last read: taking one apart is work, so it is done once for
/// each change.
#[derive(Default)]
pub(crate) struct TemplateCache(ArcSwap<BTreeMap<TemplateName, Known>>);

#[derive(Clone)]
struct Known {
    stored: Option<String>,
    templates: Arc<Templates>,
}

impl TemplateCache {
    /// Templates of which the named one is stored so.
    pub(crate) fn with(&self, name: TemplateName, stored: Option<String>) -> Arc<Templates> {
        let known = self.0.load();
        match known.get(&name) {
            Some(known) if known.stored == stored => Arc::clone(&known.templates),
            _ => self.renew(name, stored),
        }
    }

    fn renew(&self, name: TemplateName, stored: Option<String>) -> Arc<Templates> {
        let rows = [(name.name().to_owned(), stored.clone())];
        let templates = Arc::new(Templates::from_rows(rows));
        let fresh = Known {
            stored,
            templates: Arc::clone(&templates),
        };
        // Of two renewals at once one may be lost; the next download makes it again.
        let mut known = BTreeMap::clone(&self.0.load());
        known.insert(name, fresh);
        self.0.store(Arc::new(known));
        templates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_taken_apart_once_for_each_change() {
        let cache = TemplateCache::default();
        let text = |text: &str| Some(text.to_owned());
        let first = cache.with(TemplateName::Surge, text("a"));
        assert_eq!(first.text(TemplateName::Surge), "a");
        assert!(Arc::ptr_eq(
            &first,
            &cache.with(TemplateName::Surge, text("a"))
        ));
        let other = cache.with(TemplateName::Surfboard, text("a"));
        assert!(Arc::ptr_eq(
            &first,
            &cache.with(TemplateName::Surge, text("a"))
        ));
        assert!(!Arc::ptr_eq(&first, &other));
        let second = cache.with(TemplateName::Surge, text("b"));
        assert_eq!(second.text(TemplateName::Surge), "b");
        let shipped = cache.with(TemplateName::Surge, None);
        assert_eq!(
            shipped.text(TemplateName::Surge),
            TemplateName::Surge.shipped()
        );
    }
}
