use ferroboard_testing::databases::Sql;

/// Questions to the database, past the panel.
pub(crate) struct Rows<'a>(pub(crate) &'a Sql);

impl Rows<'_> {
    /// How many rows of the table match.
    pub(crate) async fn count(&self, table: &str, condition: &str) -> i64 {
        self.0
            .integer(&format!("SELECT COUNT(*) FROM {table} WHERE {condition}"))
            .await
    }

    /// The id of the account with this address.
    pub(crate) async fn user(&self, email: &str) -> i64 {
        let email = self.0.quoted(email);
        let id = self
            .0
            .integer(&format!("SELECT id FROM v2_user WHERE email = {email}"))
            .await;
        assert!(id > 0, "no account {email}");
        id
    }

    /// Where administrators ask, of a panel that has started.
    pub(crate) async fn admin_path(&self) -> String {
        let path = "SELECT value FROM v2_settings WHERE name = 'secure_path'";
        format!("/api/v2/{}", self.0.text(path).await.unwrap())
    }

    /// A numeric column of an account.
    pub(crate) async fn of_user(&self, column: &str, id: i64) -> i64 {
        self.0
            .integer(&format!("SELECT {column} FROM v2_user WHERE id = {id}"))
            .await
    }

    /// Writes a column of an account.
    pub(crate) async fn set_user(&self, id: i64, assignment: &str) {
        self.0
            .execute(&format!("UPDATE v2_user SET {assignment} WHERE id = {id}"))
            .await;
    }

    /// Adds an unused invitation code.
    pub(crate) async fn add_invite_code(&self, owner: i64, code: &str) {
        let code = self.0.quoted(code);
        let statement = format!(
            "INSERT INTO v2_invite_code (user_id, code, created_at, updated_at) \
             VALUES ({owner}, {code}, 1, 1)"
        );
        self.0.execute(&statement).await;
    }

    /// How many live sessions there are for the account.
    pub(crate) async fn sessions(&self, user: i64) -> i64 {
        self.count("personal_access_tokens", &format!("tokenable_id = {user}"))
            .await
    }
}
