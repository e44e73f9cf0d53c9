-- Sends a checkout of a new customer with every request, paid by a test card. Arguments: path, token, a text that is new
-- in each run, "paid" for an order with its card or "lead" for one without.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    path, token, run = args[1], args[2], args[3]
    payment = ""
    if args[4] == "paid" then
        payment = ',"payment":{"method":"card","card_number":"4111111111111111","card_exp_month":"12",'
            .. '"card_exp_year":"2035","card_cvv":"123"}'
    end
    headers = {
        ["Authorization"] = "Bearer " .. token,
        ["Content-Type"] = "application/json",
        ["Accept"] = "application/json",
    }
end

function request()
    local body = '{"customer":{"email":"' .. fresh("buyer-" .. run) .. '@shop.example",'
        .. '"first_name":"Jo","last_name":"Doe","phone":"2135550123"},"shipping":{"address1":"1 Main St",'
        .. '"city":"Los Angeles","state":"CA","postal_code":"90001","country":"US"},"campaign_id":"1001",'
        .. '"currency":"USD","products":[{"offer_id":"2001","quantity":2}],"utm_source":"google","utm_medium":"cpc",'
        .. '"utm_campaign":"summer_sale","sub1":"SUB001","ip_address":"203.0.113.7"' .. payment .. '}'
    return wrk.format("POST", path, headers, body)
end
