-- Reads pages that are searched for. Arguments: token, a file with a path a line.
function init(args)
    token = args[1]
    paths = {}
    for line in io.lines(args[2]) do paths[#paths + 1] = line end
    math.randomseed(os.time())
end

function request()
    return wrk.format("GET", paths[math.random(#paths)],
        { ["Authorization"] = "Bearer " .. token, ["Accept"] = "application/json" })
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
