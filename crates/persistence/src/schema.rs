//! The tables as the queries see them: one description for all three databases.
//!
//! Every integer and every flag is `BigInt`, whatever its width in a table, and is read into
//! [`crate::integer::Int`]; every text, JSON included, is `Text`. Only columns that a query uses are named.

/// Declares tables and, for the check of a database that is adopted, lists them with their columns.
macro_rules! xboard_tables {
    ($($table:ident { $($column:ident $(as $name:literal)? -> $kind:ty,)* })*) => {
        $(diesel::table! { $table (id) { $($(#[sql_name = $name])? $column -> $kind,)* } })*

        /// Xboard's tables that the queries use, each with the columns that they use and what these
        /// hold for a query.
        pub(crate) const XBOARD_COLUMNS: &[(&str, &[(&str, &str)])] = &[$((
            stringify!($table),
            &[$((column_name!($column $($name)?), stringify!($kind))),*]
        )),*];
    };
}

/// What a column is called in the database: columns named by a word of Rust are called otherwise here.
macro_rules! column_name {
    ($column:ident) => {
        stringify!($column)
    };
    ($column:ident $name:literal) => {
        $name
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
    v2_admin_audit_log {
        id -> BigInt,
        admin_id -> BigInt,
        action -> Text,
        method -> Text,
        uri -> Text,
        request_data -> Nullable<Text>,
        ip -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_commission_log {
        id -> BigInt,
        invite_user_id -> BigInt,
        user_id -> BigInt,
        trade_no -> Text,
        order_amount -> BigInt,
        get_amount -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_coupon {
        id -> BigInt,
        code -> Text,
        name -> Text,
        type_ as "type" -> BigInt,
        value -> BigInt,
        show -> BigInt,
        limit_use -> Nullable<BigInt>,
        limit_use_with_user -> Nullable<BigInt>,
        limit_plan_ids -> Nullable<Text>,
        limit_period -> Nullable<Text>,
        started_at -> BigInt,
        ended_at -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_gift_card_code {
        id -> BigInt,
        template_id -> BigInt,
        code -> Text,
        batch_id -> Nullable<Text>,
        status -> BigInt,
        user_id -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        actual_rewards -> Nullable<Text>,
        usage_count -> BigInt,
        max_usage -> BigInt,
        metadata -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_gift_card_template {
        id -> BigInt,
        name -> Text,
        description -> Nullable<Text>,
        type_ as "type" -> BigInt,
        status -> BigInt,
        conditions -> Nullable<Text>,
        rewards -> Nullable<Text>,
        limits -> Nullable<Text>,
        special_config -> Nullable<Text>,
        icon -> Nullable<Text>,
        background_image -> Nullable<Text>,
        theme_color -> Text,
        sort -> BigInt,
        admin_id -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_gift_card_usage {
        id -> BigInt,
        code_id -> BigInt,
        template_id -> BigInt,
        user_id -> BigInt,
        invite_user_id -> Nullable<BigInt>,
        rewards_given -> Nullable<Text>,
        invite_rewards -> Nullable<Text>,
        user_level_at_use -> Nullable<BigInt>,
        plan_id_at_use -> Nullable<BigInt>,
        multiplier_applied -> Text,
        user_agent -> Nullable<Text>,
        notes -> Nullable<Text>,
        created_at -> BigInt,
    }
    v2_invite_code {
        id -> BigInt,
        user_id -> BigInt,
        code -> Text,
        status -> BigInt,
        pv -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_knowledge {
        id -> BigInt,
        language -> Text,
        category -> Text,
        title -> Text,
        body -> Text,
        sort -> Nullable<BigInt>,
        show -> BigInt,
        created_at -> BigInt,
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
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_notice {
        id -> BigInt,
        title -> Text,
        content -> Text,
        show -> BigInt,
        img_url -> Nullable<Text>,
        tags -> Nullable<Text>,
        sort -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_order {
        id -> BigInt,
        invite_user_id -> Nullable<BigInt>,
        user_id -> BigInt,
        plan_id -> BigInt,
        coupon_id -> Nullable<BigInt>,
        payment_id -> Nullable<BigInt>,
        type_ as "type" -> BigInt,
        period -> Text,
        trade_no -> Text,
        callback_no -> Nullable<Text>,
        total_amount -> BigInt,
        handling_amount -> Nullable<BigInt>,
        discount_amount -> Nullable<BigInt>,
        surplus_amount -> Nullable<BigInt>,
        refund_amount -> Nullable<BigInt>,
        balance_amount -> Nullable<BigInt>,
        surplus_order_ids -> Nullable<Text>,
        status -> BigInt,
        commission_status -> Nullable<BigInt>,
        commission_balance -> BigInt,
        actual_commission_balance -> Nullable<BigInt>,
        paid_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_payment {
        id -> BigInt,
        uuid -> Text,
        payment -> Text,
        name -> Text,
        icon -> Nullable<Text>,
        config -> Text,
        notify_domain -> Nullable<Text>,
        handling_fee_fixed -> Nullable<BigInt>,
        handling_fee_percent -> Nullable<Text>,
        enable -> BigInt,
        sort -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
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
    v2_plugins {
        id -> BigInt,
        name -> Text,
        code -> Text,
        type_ as "type" -> Text,
        version -> Text,
        is_enabled -> BigInt,
        config -> Nullable<Text>,
        installed_at -> Nullable<Timestamp>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_server {
        id -> BigInt,
        type_ as "type" -> Text,
        code -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
        machine_id -> Nullable<BigInt>,
        group_ids -> Nullable<Text>,
        route_ids -> Nullable<Text>,
        name -> Text,
        rate -> BigInt,
        transfer_enable -> Nullable<BigInt>,
        u -> BigInt,
        d -> BigInt,
        rate_time_enable -> BigInt,
        rate_time_ranges -> Nullable<Text>,
        tags -> Nullable<Text>,
        host -> Text,
        port -> Text,
        server_port -> BigInt,
        protocol_settings -> Nullable<Text>,
        custom_outbounds -> Nullable<Text>,
        custom_routes -> Nullable<Text>,
        cert_config -> Nullable<Text>,
        show -> BigInt,
        enabled -> Nullable<BigInt>,
        sort -> Nullable<BigInt>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_server_group {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_server_machine {
        id -> BigInt,
        name -> Text,
        notes -> Nullable<Text>,
        token -> Text,
        is_active -> BigInt,
        last_seen_at -> Nullable<BigInt>,
        load_status -> Nullable<Text>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_server_machine_load_history {
        id -> BigInt,
        machine_id -> BigInt,
        cpu -> Double,
        mem_total -> BigInt,
        mem_used -> BigInt,
        disk_total -> BigInt,
        disk_used -> BigInt,
        net_in_speed -> Nullable<Double>,
        net_out_speed -> Nullable<Double>,
        recorded_at -> BigInt,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_server_route {
        id -> BigInt,
        remarks -> Text,
        match_ as "match" -> Text,
        action -> Text,
        action_value -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_settings {
        id -> BigInt,
        name -> Text,
        value -> Nullable<Text>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_stat {
        id -> BigInt,
        record_at -> BigInt,
        record_type -> Text,
        order_count -> BigInt,
        order_total -> BigInt,
        commission_count -> BigInt,
        commission_total -> BigInt,
        paid_count -> BigInt,
        paid_total -> BigInt,
        register_count -> BigInt,
        invite_count -> BigInt,
        transfer_used_total -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_subscribe_templates {
        id -> BigInt,
        name -> Text,
        content -> Nullable<Text>,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
    }
    v2_stat_user {
        id -> BigInt,
        user_id -> BigInt,
        server_rate -> Text,
        u -> BigInt,
        d -> BigInt,
        record_type -> Text,
        record_at -> BigInt,
    }
    v2_ticket {
        id -> BigInt,
        user_id -> BigInt,
        subject -> Text,
        level -> BigInt,
        status -> BigInt,
        reply_status -> BigInt,
        last_reply_user_id -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_ticket_message {
        id -> BigInt,
        user_id -> BigInt,
        ticket_id -> BigInt,
        message -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
    v2_traffic_reset_logs {
        id -> BigInt,
        user_id -> BigInt,
        reset_type -> Text,
        reset_time -> Timestamp,
        old_upload -> BigInt,
        old_download -> BigInt,
        old_total -> BigInt,
        trigger_source -> Text,
        created_at -> Nullable<Timestamp>,
        updated_at -> Nullable<Timestamp>,
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
        commission_type -> BigInt,
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
        last_reset_at -> Nullable<BigInt>,
        reset_count -> BigInt,
        device_limit -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_audit_change (audit_id) {
        audit_id -> BigInt,
        before_values -> Text,
        after_values -> Text,
    }
}

diesel::table! {
    ferro_audit_outcome (audit_id) {
        audit_id -> BigInt,
        status -> BigInt,
        answered_at -> BigInt,
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
    ferro_device (user_id, node_id, ip) {
        user_id -> BigInt,
        node_id -> BigInt,
        ip -> Text,
        last_seen -> BigInt,
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
    ferro_identity_lock (lock_id) {
        lock_id -> BigInt,
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
    ferro_ledger (id) {
        id -> BigInt,
        user_id -> BigInt,
        account -> BigInt,
        amount -> BigInt,
        kind -> Text,
        reference -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_receipt (order_id) {
        order_id -> BigInt,
        user_id -> BigInt,
        trade_no -> Text,
        year -> BigInt,
        place -> BigInt,
        kind -> BigInt,
        period -> Text,
        item -> Text,
        buyer -> Text,
        seller_name -> Text,
        seller_address -> Text,
        seller_tax_number -> Text,
        seller_email -> Text,
        currency -> Text,
        price -> BigInt,
        discount -> BigInt,
        surplus -> BigInt,
        balance -> BigInt,
        total -> BigInt,
        fee -> BigInt,
        bonus -> BigInt,
        tax_name -> Text,
        tax_rate -> BigInt,
        tax -> BigInt,
        paid_by -> Text,
        method -> Nullable<Text>,
        ordered_at -> BigInt,
        issued_at -> BigInt,
    }
}

diesel::table! {
    ferro_receipt_year (year) {
        year -> BigInt,
        place -> BigInt,
    }
}

diesel::table! {
    ferro_refund (id) {
        id -> BigInt,
        refund_key -> Text,
        order_id -> BigInt,
        trade_no -> Text,
        user_id -> BigInt,
        amount -> BigInt,
        destination -> Text,
        status -> Text,
        reason -> Text,
        takes_back -> BigInt,
        admin_id -> BigInt,
        payment_id -> Nullable<BigInt>,
        callback_no -> Nullable<Text>,
        asked_amount -> Nullable<BigInt>,
        gateway_no -> Nullable<Text>,
        failure -> Nullable<Text>,
        attempts -> BigInt,
        due_at -> Nullable<BigInt>,
        commission_returned -> BigInt,
        commission_owed -> BigInt,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_order_refund (order_id) {
        order_id -> BigInt,
        amount -> BigInt,
        by_gateway -> BigInt,
        taken_back -> BigInt,
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
    ferro_node_state (node_id) {
        node_id -> BigInt,
        last_check_at -> Nullable<BigInt>,
        last_push_at -> Nullable<BigInt>,
        online_users -> BigInt,
        load_status -> Nullable<Text>,
        load_status_at -> Nullable<BigInt>,
        metrics -> Nullable<Text>,
        metrics_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_cleared_traffic (user_id) {
        user_id -> BigInt,
        bytes -> BigInt,
    }
}

diesel::table! {
    ferro_order_worth (order_id) {
        order_id -> BigInt,
        used_before -> BigInt,
        credited -> BigInt,
        settled -> BigInt,
        commission -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_chat_message (id) {
        id -> BigInt,
        chat_id -> BigInt,
        content -> Text,
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
    ferro_notice_choice (user_id) {
        user_id -> BigInt,
        channel -> Nullable<Text>,
        payment -> BigInt,
        renewal -> BigInt,
        ticket -> BigInt,
        login -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_auto_renewal (user_id) {
        user_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_renewal (user_id, ends_at) {
        user_id -> BigInt,
        ends_at -> BigInt,
        status -> BigInt,
        told -> BigInt,
        price_told -> BigInt,
        price -> Nullable<BigInt>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_renewal_attempt (id) {
        id -> BigInt,
        user_id -> BigInt,
        ends_at -> BigInt,
        outcome -> Text,
        price -> Nullable<BigInt>,
        balance -> BigInt,
        trade_no -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_traffic_package (id) {
        id -> BigInt,
        name -> Text,
        traffic -> BigInt,
        price -> BigInt,
        plans -> Nullable<Text>,
        lasts_until -> Text,
        shown -> BigInt,
        sort -> Nullable<BigInt>,
        capacity -> Nullable<BigInt>,
        sold -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_package_order (order_id) {
        order_id -> BigInt,
        user_id -> BigInt,
        package_id -> BigInt,
        name -> Text,
        bytes -> BigInt,
        lasts_until -> Text,
        left_bytes -> BigInt,
        opened_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_top_up (order_id) {
        order_id -> BigInt,
        bonus -> BigInt,
    }
}

diesel::table! {
    ferro_commission_debt (user_id, reference, kind) {
        user_id -> BigInt,
        reference -> Text,
        kind -> Text,
        amount -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_open_order (user_id) {
        user_id -> BigInt,
        trade_no -> Text,
    }
}

diesel::table! {
    ferro_lock (name) {
        name -> Text,
        turn -> BigInt,
    }
}

diesel::table! {
    ferro_operation (name) {
        name -> Text,
        holder -> Nullable<Text>,
        leased_until -> BigInt,
        argument -> BigInt,
        started_by -> Nullable<BigInt>,
        position -> BigInt,
        total -> BigInt,
        changed -> BigInt,
        removed -> BigInt,
        failed -> BigInt,
        failed_ids -> Nullable<Text>,
        started_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_saved_view (id) {
        id -> BigInt,
        admin_id -> BigInt,
        list -> Text,
        name -> Text,
        query -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_user_task (id) {
        id -> BigInt,
        work -> Text,
        users -> Text,
        subject -> Nullable<Text>,
        content -> Nullable<Text>,
        admin_id -> BigInt,
        position -> Nullable<BigInt>,
        done -> BigInt,
        holder -> Text,
        leased_until -> BigInt,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_order_failure (order_id) {
        order_id -> BigInt,
        reason -> Text,
        attempts -> BigInt,
        failed_at -> BigInt,
    }
}

diesel::table! {
    ferro_payment_notice (payment_id, callback_no) {
        payment_id -> BigInt,
        callback_no -> Text,
        trade_no -> Text,
        amount -> Nullable<BigInt>,
        received_at -> BigInt,
    }
}

diesel::table! {
    ferro_payment_review (id) {
        id -> BigInt,
        payment_id -> BigInt,
        callback_no -> Text,
        reason -> Text,
        trade_no -> Text,
        order_id -> Nullable<BigInt>,
        amount -> Nullable<BigInt>,
        notice_id -> Nullable<BigInt>,
        received_at -> BigInt,
        currency -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        status -> Text,
        standing -> Nullable<Text>,
        note -> Nullable<Text>,
        settled_by -> Nullable<BigInt>,
        settled_user_id -> Nullable<BigInt>,
        settled_amount -> Nullable<BigInt>,
        settled_trade_no -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ferro_raw_notice (id) {
        id -> BigInt,
        payment_id -> BigInt,
        method -> Text,
        query_values -> Text,
        header_values -> Text,
        body -> Binary,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        received_at -> BigInt,
    }
}

diesel::table! {
    ferro_real_name (user_id) {
        user_id -> BigInt,
        status -> BigInt,
        real_name_enc -> Nullable<Text>,
        identity_no_enc -> Nullable<Text>,
        identity_hash -> Text,
        key_id -> BigInt,
        real_name_masked -> Text,
        identity_no_masked -> Text,
        checksum_valid -> BigInt,
        submitted_at -> BigInt,
        submit_count -> BigInt,
        reviewed_at -> Nullable<BigInt>,
        reviewed_by -> Nullable<BigInt>,
        review_source -> Nullable<Text>,
        reject_reason -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_reset_rule (plan_id) {
        plan_id -> BigInt,
        rule -> Text,
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

diesel::table! {
    ferro_traffic_report (node_id, identity) {
        node_id -> BigInt,
        identity -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    ferro_user_change (id) {
        id -> BigInt,
        user_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_shadow_account (id) {
        id -> BigInt,
        kind -> Text,
        user_id -> BigInt,
        shadow_user_id -> BigInt,
        status -> BigInt,
        password_synced_at -> Nullable<BigInt>,
        synced_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_webhook (id) {
        id -> BigInt,
        url -> Text,
        secret -> Text,
        kinds -> Text,
        active -> BigInt,
        failing_since -> Nullable<BigInt>,
        switched_off_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_event (id) {
        id -> BigInt,
        kind -> Text,
        subject -> Text,
        data -> Text,
        spread -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    ferro_webhook_delivery (id) {
        id -> BigInt,
        webhook_id -> BigInt,
        event_id -> BigInt,
        kind -> Text,
        subject -> Text,
        status -> Text,
        attempts -> BigInt,
        next_attempt_at -> BigInt,
        lease -> Nullable<Text>,
        leased_until -> BigInt,
        http_status -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ferro_withdrawal (ticket_id) {
        ticket_id -> BigInt,
        user_id -> BigInt,
        amount -> BigInt,
        method -> Text,
        account -> Text,
        state -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// The remarks in `v2_user`, beside the table that has as many columns as diesel takes.
    #[sql_name = "v2_user"]
    user_remarks (id) {
        id -> BigInt,
        remarks -> Nullable<Text>,
    }
}

diesel::table! {
    /// The devices in `v2_user`, beside the table that has as many columns as diesel takes.
    #[sql_name = "v2_user"]
    user_devices (id) {
        id -> BigInt,
        device_limit -> Nullable<BigInt>,
        online_count -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    personal_access_tokens,
    v2_user,
    ferro_session,
    ferro_shadow_account,
    ferro_auto_renewal
);
diesel::allow_tables_to_appear_in_same_query!(v2_user, v2_order, v2_ticket);
diesel::allow_tables_to_appear_in_same_query!(v2_order, ferro_open_order);
diesel::allow_tables_to_appear_in_same_query!(ferro_event, ferro_webhook, ferro_webhook_delivery);
diesel::allow_tables_to_appear_in_same_query!(v2_user, ferro_package_order);
diesel::allow_tables_to_appear_in_same_query!(v2_user, ferro_device);
diesel::allow_tables_to_appear_in_same_query!(v2_user, ferro_real_name);
diesel::allow_tables_to_appear_in_same_query!(v2_ticket, ferro_withdrawal);
diesel::allow_tables_to_appear_in_same_query!(v2_user, v2_plan, v2_subscribe_templates);

diesel::define_sql_function! {
    /// ASCII letters in lower case; PostgreSQL and MySQL change others as well.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
