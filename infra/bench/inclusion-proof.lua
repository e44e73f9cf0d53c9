-- Asks for inclusion proofs of random leaves. Arguments: key, the tree's size.
function init(args)
    key, size = args[1], tonumber(args[2])
    math.randomseed(1)
end

function request()
    local leaf = math.random(0, size - 1)
    return wrk.format("GET", "/v1/consent/proof/inclusion/" .. leaf, { ["x-api-key"] = key })
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
