use crate::StoreError;

/// An open transaction over a domain's tables in memory, which its `testing` module makes that domain's
/// transaction.
///
/// It works on a copy, so what is dropped unfinished never happened. After an error of the store it
/// is over, as on a real database: every call is refused, and so is the commit.
#[derive(Debug)]
pub struct MemoryTransaction<'a, T> {
    committed: &'a mut T,
    tables: T,
    ended_by: Option<StoreError>,
}

impl<'a, T: Clone> MemoryTransaction<'a, T> {
    /// Opens a transaction. There is one at a time: it borrows the tables.
    pub fn begin(committed: &'a mut T) -> Self {
        let tables = committed.clone();
        Self {
            committed,
            tables,
            ended_by: None,
        }
    }
}

impl<T> MemoryTransaction<'_, T> {
    /// The tables as the transaction sees them.
    ///
    /// # Errors
    ///
    /// Once an error ended the transaction.
    pub fn open(&mut self) -> Result<&mut T, StoreError> {
        match &self.ended_by {
            None => Ok(&mut self.tables),
            Some(error) => Err(StoreError::Backend(format!(
                "the transaction is over: {error}"
            ))),
        }
    }

    /// Ends the transaction with this error and gives it back.
    pub fn end(&mut self, error: StoreError) -> StoreError {
        self.ended_by = Some(error.clone());
        error
    }

    /// Makes everything that was changed the committed state.
    ///
    /// # Errors
    ///
    /// Once an error ended the transaction; then nothing was changed.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.open()?;
        *self.committed = self.tables;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_stays_and_what_is_dropped_never_was() {
        let mut table = vec![1];
        let mut tx = MemoryTransaction::begin(&mut table);
        tx.open().unwrap().push(2);
        tx.commit().unwrap();
        let mut tx = MemoryTransaction::begin(&mut table);
        tx.open().unwrap().push(3);
        drop(tx);
        assert_eq!(table, [1, 2]);
    }

    #[test]
    fn an_error_ends_it() {
        let mut table = vec![1];
        let mut tx = MemoryTransaction::begin(&mut table);
        tx.open().unwrap().push(2);
        let ended = tx.end(StoreError::Conflict("somebody was first".into()));
        assert_eq!(ended, StoreError::Conflict("somebody was first".into()));
        assert!(tx.open().is_err());
        assert!(tx.commit().is_err());
        assert_eq!(table, [1]);
    }
}
