-- Reads pages of 100 listings behind random cursors. Arguments: token, a file with a cursor a line.
function init(args)
    token = args[1]
    cursors = {}
    for line in io.lines(args[2]) do cursors[#cursors + 1] = line end
    math.randomseed(1)
end

function request()
    local cursor = cursors[math.random(#cursors)]
    return wrk.format("GET", "/v1/listings?limit=100&after=" .. cursor, { ["Authorization"] = "Bearer " .. token })
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
