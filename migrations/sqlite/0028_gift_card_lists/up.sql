-- The newest gift cards, in all and of a template, for the lists of administrators.

CREATE INDEX ferro_gift_card_code_created_at ON v2_gift_card_code (created_at DESC, id);
CREATE INDEX ferro_gift_card_code_template_id_created_at ON v2_gift_card_code (template_id, created_at DESC, id);
