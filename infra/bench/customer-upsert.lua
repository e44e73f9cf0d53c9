-- Has a new customer upserted with every request. Arguments: path, key, the number of the turn.
local counter = 0

function setup(thread)
    thread:set("number", counter)
    counter = counter + 1
end

function init(args)
    path, key, turn = args[1], args[2], args[3]
    sent = 0
end

function request()
    sent = sent + 1
    local headers = { ["Authorization"] = "API_KEY " .. key, ["Content-Type"] = "application/json" }
    local id = "retail-" .. turn .. "-" .. number .. "-" .. sent
    local body = '{"externalCustomerId":"' .. id .. '","title":"Ms","firstName":"Camille","lastName":"Durand",'
        .. '"email":"' .. id .. '@example.com","dob":"01/01/1990","generalMarketing":false,'
        .. '"address":{"city":"London","country":"United Kingdom","address1":"240 Blackfriars Road",'
        .. '"postCode":"SE1 8NW"}}'
    return wrk.format("PUT", path .. "/" .. id, headers, body)
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
