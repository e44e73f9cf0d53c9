-- Reports a new order with every request. Arguments: path, token, a text that is new in each run.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    path, token, run = args[1], args[2], args[3]
end

function request()
    local name = fresh(run)
    local headers = {
        ["Authorization"] = "Bearer " .. token,
        ["Content-Type"] = "application/json",
        ["Idempotency-Key"] = name,
    }
    local body = '{"channel_order_id":"' .. name .. '","external_id":"' .. name .. '","currency":"EUR",'
        .. '"total_amount":"250.00","ordered_at":"2026-05-28T10:00:00Z","buyer":{"name":"A Buyer",'
        .. '"email":"buyer@example.com","phone":"+33612345678","address_line1":"1 Rue de Rivoli","city":"Paris",'
        .. '"postal_code":"75001","country":"FR"},"line_items":[{"external_id":"bench-listing","sku":"SKU-1",'
        .. '"quantity":2,"unit_amount":"125.00"}]}'
    return wrk.format("POST", path, headers, body)
end
