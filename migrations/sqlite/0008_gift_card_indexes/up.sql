-- Indexes on Xboard's tables for gift cards: codes in any letter case, and what a user has redeemed of a template.

CREATE INDEX ferro_gift_card_code_lower_code ON v2_gift_card_code (lower(code));
CREATE INDEX ferro_gift_card_usage_user_id_template_id ON v2_gift_card_usage (user_id, template_id, created_at);
