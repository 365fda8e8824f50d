-- What the books must know of an adopted database: what each account holds, and which order of each user is
-- unfinished (of several the newest). Running this again adds nothing.

INSERT INTO ferro_ledger (user_id, account, amount, kind, reference, created_at)
SELECT v2_user.id, 0, v2_user.balance, 'opening', '', CAST(strftime('%s', 'now') AS integer) FROM v2_user
WHERE v2_user.balance <> 0 AND NOT EXISTS (
    SELECT 1 FROM ferro_ledger WHERE ferro_ledger.user_id = v2_user.id AND ferro_ledger.account = 0
);

INSERT INTO ferro_ledger (user_id, account, amount, kind, reference, created_at)
SELECT v2_user.id, 1, v2_user.commission_balance, 'opening', '', CAST(strftime('%s', 'now') AS integer) FROM v2_user
WHERE v2_user.commission_balance <> 0 AND NOT EXISTS (
    SELECT 1 FROM ferro_ledger WHERE ferro_ledger.user_id = v2_user.id AND ferro_ledger.account = 1
);

INSERT INTO ferro_open_order (user_id, trade_no)
SELECT v2_order.user_id, v2_order.trade_no FROM v2_order
WHERE v2_order.id IN (SELECT MAX(newest.id) FROM v2_order newest WHERE newest.status IN (0, 1) GROUP BY newest.user_id)
AND NOT EXISTS (SELECT 1 FROM ferro_open_order WHERE ferro_open_order.user_id = v2_order.user_id);
