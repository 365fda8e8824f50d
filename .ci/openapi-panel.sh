# The panel that the examples of the description speak of, for the scripts that ask one. They set $binary and
# $folder, and get $folder/panel.sqlite, $customer_password, $admin_password and $gift_card.

# No limit may answer in place of what is asked; the login of nobody costs little.
unlimited=1000000
export FERROBOARD__PROFILE=development FERROBOARD__JOBS__ENABLED=false FERROBOARD__HASHING__COST=4 \
  FERROBOARD__LIMITS__PASSPORT_PER_ADDRESS_PER_MINUTE=$unlimited \
  FERROBOARD__LIMITS__PASSPORT_PER_ACCOUNT_PER_MINUTE=$unlimited \
  FERROBOARD__LIMITS__PAYMENT_NOTICES_PER_ADDRESS_PER_MINUTE=$unlimited \
  FERROBOARD__LIMITS__UNKNOWN_TOKENS_PER_ADDRESS_PER_MINUTE=$unlimited \
  FERROBOARD__LIMITS__FAILED_LOGINS_PER_ADDRESS=$unlimited \
  FERROBOARD__LIMITS__EMAIL_CODES_PER_ADDRESS_PER_HOUR=$unlimited

# The demo, with the numbers and secrets that the examples of the description speak of.
(
  cd "$folder"
  export FERROBOARD__DATABASE__URL=sqlite://$folder/panel.sqlite
  "$binary" migrate >demo.log 2>&1
  "$binary" demo >demo.env 2>>demo.log
  "$binary" admin create --email admin@example.com | sed -n 's/^password *\([^ ]*\).*/\1/p' >admin.password
)
# shellcheck source=/dev/null
customer_password=$(. "$folder/demo.env" && echo "$PASSWORD")
# shellcheck source=/dev/null disable=SC2034
gift_card=$(. "$folder/demo.env" && echo "$GIFT_CARD")
# shellcheck disable=SC2034
admin_password=$(cat "$folder/admin.password")
python3 - "$folder/panel.sqlite" <<'PYTHON'
import sqlite3, sys

database = sqlite3.connect(sys.argv[1])
for name, value in {
    "secure_path": "admin",
    "server_token": "the-server-token",
    "login_with_mail_link_enable": "1",
    "app_url": "http://127.0.0.1",
}.items():
    database.execute("DELETE FROM v2_settings WHERE name = ?", [name])
    database.execute("INSERT INTO v2_settings (name, value) VALUES (?, ?)", [name, value])
for code in ["real_name_verification", "user_online_devices", "user_add_ipv6_subscription"]:
    database.execute("DELETE FROM v2_plugins WHERE code = ?", [code])
    database.execute(
        "INSERT INTO v2_plugins (name, code, version, is_enabled, config) VALUES (?, ?, '1.0.0', 1, '{}')",
        [code, code],
    )
database.executescript("""
    UPDATE v2_user SET token = '0123456789abcdef0123456789abcdef' WHERE email = 'customer@example.com';
    UPDATE v2_user SET plan_id = 1, group_id = 1, transfer_enable = 1000000000, expired_at = 4070880000;
    UPDATE v2_user SET commission_balance = 1000000 WHERE email = 'customer@example.com';
    UPDATE v2_payment SET uuid = 'payuuid1';
    UPDATE v2_server SET id = 4 WHERE type = 'vmess';
    UPDATE v2_server SET id = 2 WHERE type = 'trojan';
    INSERT INTO v2_server_machine (id, name, token) VALUES (1, 'Machine', 'the-machine-token');
    INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, total_amount, status, created_at, updated_at)
        VALUES (1, 1, 1, 1, 'month_price', '2026010112000000000000001', 990, 3, 1, 1);
    INSERT INTO ferro_receipt (order_id, user_id, trade_no, year, place, kind, period, item, buyer, seller_name,
        seller_address, seller_tax_number, seller_email, currency, price, discount, surplus, balance, total, fee, bonus,
        tax_name, tax_rate, tax, paid_by, method, ordered_at, issued_at)
        VALUES (1, 1, '2026010112000000000000001', 2026, 1, 1, 'monthly', 'Basic', 'customer@example.com', 'Example Ltd.',
        '1 Example Road', 'EX 123', 'billing@example.com', 'CNY', 990, 0, 0, 0, 990, 0, 0, 'VAT', 190000, 158, 'gateway',
        'Alipay', 1767225600, 1767225600);
    INSERT INTO ferro_receipt_year (year, place) VALUES (2026, 1);
    INSERT INTO v2_ticket (id, user_id, subject, level, status, created_at, updated_at)
        VALUES (1, 1, 'No connection', 1, 0, 1, 1);
    INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at)
        VALUES (1, 1, 'Node 1 does not answer.', 1, 1);
""")
database.commit()
PYTHON
