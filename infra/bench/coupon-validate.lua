-- Validates a coupon for a cart with every request. Arguments: token, the coupon's code.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    headers = {
        ["Authorization"] = "Bearer " .. args[1],
        ["Content-Type"] = "application/json",
        ["Accept"] = "application/json",
    }
    path = "/v1/coupons/" .. args[2] .. "/validate"
end

function request()
    local body = '{"subtotal":"' .. math.random(50, 500) .. '.00","customer_email":"jo@shop.example","country":"US",'
        .. '"product_ids":[2001]}'
    return wrk.format("POST", path, headers, body)
end
