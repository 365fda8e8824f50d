//! The ids of orders in one column: a JSON list.

use ferroboard_kernel::OrderId;

/// Reads `surplus_order_ids`: a JSON list of numbers, or of numbers as texts.
pub(crate) fn ids_from_json(stored: Option<&str>) -> Option<Vec<OrderId>> {
    let items: Vec<serde_json::Value> = serde_json::from_str(stored?).ok()?;
    let ids = items.into_iter().filter_map(|id| match id {
        serde_json::Value::Number(number) => number.as_i64(),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    Some(ids.map(OrderId::new).collect())
}

/// Writes `surplus_order_ids`.
pub(crate) fn ids_to_json(ids: Option<&[OrderId]>) -> Option<String> {
    let numbers: Vec<String> = ids?.iter().map(OrderId::to_string).collect();
    Some(format!("[{}]", numbers.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_orders_are_read_in_every_spelling() {
        let ids = vec![OrderId::new(7), OrderId::new(9)];
        assert_eq!(ids_from_json(Some(r#"[7, "9", null]"#)), Some(ids.clone()));
        assert_eq!(ids_from_json(ids_to_json(Some(&ids)).as_deref()), Some(ids));
        assert_eq!(ids_to_json(Some(&[])).as_deref(), Some("[]"));
        assert_eq!(ids_from_json(Some("junk")), None);
        assert_eq!(ids_from_json(None), None);
        assert_eq!(ids_to_json(None), None);
    }
}
