-- Reports a sale of a known store to a known buyer with every request. Arguments: path, key, the number of the turn.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    path, key, turn = args[1], args[2], args[3]
end

function request()
    local name = fresh("wrk-" .. turn)
    local headers = { ["x-api-key"] = key, ["Content-Type"] = "application/json" }
    local body = '{"external_id":"' .. name .. '","type":"PURCHASE",'
        .. '"occurred_at":"2026-04-25T14:32:00+02:00","store_id":"bench-store","profile_id":"bench-' .. (sent % 100)
        .. '","currency":"EUR","total_amount_cents":12500,"total_discount_cents":0,"total_tax_cents":2083,'
        .. '"line_items":[{"external_id":"LINE-001","quantity":2,"unit":"piece","unit_price_cents":5000,'
        .. '"total_price_cents":10000,"discount_cents":0,"tax_cents":1667,"product":{"external_id":"SKU-12345",'
        .. '"name":"White T-shirt M","properties":{"category":"Menswear","size":"M"}}}],'
        .. '"payments":[{"method":"CARD","amount_cents":12500}],"source":"POS v3"}'
    return wrk.format("POST", path, headers, body)
end
