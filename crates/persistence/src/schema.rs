//! The tables as the queries see them: one description for all three databases.
//!
//! Every integer and every flag is `BigInt`, whatever its width in a table, and is read into
//! [`crate::integer::Int`]; every text, JSON included, is `Text`. Only columns that a query uses are named.

/// Declares tables and, for the check of a database that is adopted, lists them with their columns.
macro_rules! xboard_tables {
    ($($table:ident { $($column:ident -> $kind:ty,)* })*) => {
        $(diesel::table! { $table (id) { $($column -> $kind,)* } })*

        /// Xboard's tables that the queries use, each with the columns that they use.
        pub(crate) const XBOARD_COLUMNS: &[(&str, &[&str])] =
            &[$((stringify!($table), &[$(stringify!($column)),*])),*];
    };
}

xboard_tables! {
    personal_access_tokens {
        id -> BigInt,
        tokenable_type -> Text,
        tokenable_id -> BigInt,
        name -> Text,
        token -> Text,
        abilities -> Nullable<Text>,
        last_used_at -> Nullable<Timestamp>,
        expires_at -> Nullable<Timestamp>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_invite_code {
        id -> BigInt,
        user_id -> BigInt,
        code -> Text,
        status -> BigInt,
        pv -> BigInt,
        updated_at -> BigInt,
    }
    v2_mail_log {
        id -> BigInt,
        email -> Text,
        subject -> Text,
        template_name -> Text,
        error -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_mail_templates {
        id -> BigInt,
        name -> Text,
        subject -> Text,
        content -> Text,
    }
    v2_order {
        id -> BigInt,
        user_id -> BigInt,
        status -> BigInt,
    }
    v2_plan {
        id -> BigInt,
        group_id -> Nullable<BigInt>,
        transfer_enable -> Nullable<BigInt>,
        name -> Text,
        prices -> Nullable<Text>,
        sell -> BigInt,
        speed_limit -> Nullable<BigInt>,
        device_limit -> Nullable<BigInt>,
        show -> BigInt,
        sort -> Nullable<BigInt>,
        renew -> BigInt,
        content -> Nullable<Text>,
        tags -> Nullable<Text>,
        reset_traffic_method -> Nullable<BigInt>,
        capacity_limit -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_settings {
        id -> BigInt,
        name -> Text,
        value -> Nullable<Text>,
    }
    v2_ticket {
        id -> BigInt,
        user_id -> BigInt,
        status -> BigInt,
    }
    v2_user {
        id -> BigInt,
        invite_user_id -> Nullable<BigInt>,
        telegram_id -> Nullable<BigInt>,
        email -> Text,
        password -> Text,
        password_algo -> Nullable<Text>,
        password_salt -> Nullable<Text>,
        balance -> BigInt,
        discount -> Nullable<BigInt>,
        commission_rate -> Nullable<BigInt>,
        commission_balance -> BigInt,
        u -> BigInt,
        d -> BigInt,
        transfer_enable -> BigInt,
        banned -> BigInt,
        is_admin -> BigInt,
        last_login_at -> Nullable<BigInt>,
        uuid -> Text,
        group_id -> Nullable<BigInt>,
        plan_id -> Nullable<BigInt>,
        speed_limit -> Nullable<BigInt>,
        remind_expire -> Nullable<BigInt>,
        remind_traffic -> Nullable<BigInt>,
        token -> Text,
        expired_at -> Nullable<BigInt>,
        next_reset_at -> Nullable<BigInt>,
        device_limit -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_counter (name) {
        name -> Text,
        count -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    ferro_email_code (email) {
        email -> Text,
        code -> Text,
        wrong_tries -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    ferro_job (name) {
        name -> Text,
        holder -> Nullable<Text>,
        leased_until -> BigInt,
        last_started_at -> Nullable<BigInt>,
        last_finished_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    ferro_login_token (digest) {
        digest -> Text,
        user_id -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    ferro_mail (id) {
        id -> BigInt,
        email -> Text,
        subject -> Text,
        template -> Text,
        template_values -> Text,
        status -> BigInt,
        attempts -> BigInt,
        next_attempt_at -> BigInt,
        leased_until -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_secret (name) {
        name -> Text,
        value -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_session (id) {
        id -> Text,
        user_id -> BigInt,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(personal_access_tokens, v2_user, ferro_session);
diesel::allow_tables_to_appear_in_same_query!(v2_user, v2_order, v2_ticket);

diesel::define_sql_function! {
    /// ASCII letters in lower case; PostgreSQL and MySQL change others as well.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
