-- What a user has redeemed of a template of gift cards. Texts compare without regard to case here, so that codes need no
-- second index. An index that exists is passed over: an interrupted run goes on here.

CREATE INDEX ferro_gift_card_usage_user_id_template_id ON v2_gift_card_usage (user_id, template_id, created_at);
