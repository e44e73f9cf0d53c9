-- Adds a profile with every request. Arguments: path, key, the number of the turn.
local counter = 0

function setup(thread)
    thread:set("number", counter)
    counter = counter + 1
end

function init(args)
    path, key, turn = args[1], args[2], tonumber(args[3])
    sent = 0
end

function request()
    sent = sent + 1
    local headers = { ["x-api-key"] = key, ["Content-Type"] = "application/json" }
    -- French mobile numbers, 06 10 and on, new in each turn.
    local phone = string.format("+336%08d", 10000000 + turn * 1000000 + number * 500000 + sent)
    local body = '{"external_id":"bench-' .. turn .. "-" .. number .. "-" .. sent .. '","phone_number":"' .. phone
        .. '","first_name":"Camille","last_name":"Durand","attributes":{"favorite_store":"lyon-part-dieu",'
        .. '"tier":"gold"}}'
    return wrk.format("POST", path, headers, body)
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
