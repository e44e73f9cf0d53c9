-- Adds a profile with every request. Arguments: path, key, the number of the turn.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    path, key, turn = args[1], args[2], tonumber(args[3])
end

function request()
    local name = fresh("bench-" .. turn)
    local headers = { ["x-api-key"] = key, ["Content-Type"] = "application/json" }
    -- French mobile numbers, 06 10 and on, new in each turn.
    local phone = string.format("+336%08d", 10000000 + turn * 1000000 + number * 500000 + sent)
    local body = '{"external_id":"' .. name .. '","phone_number":"' .. phone
        .. '","first_name":"Camille","last_name":"Durand","attributes":{"favorite_store":"lyon-part-dieu",'
        .. '"tier":"gold"}}'
    return wrk.format("POST", path, headers, body)
end
