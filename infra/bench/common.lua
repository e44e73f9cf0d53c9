-- What the scripts have in common. `number` is that of the thread, `sent` how many requests it has made.
local threads = 0
sent = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

-- A text that is new with every request of a run.
function fresh(run)
    sent = sent + 1
    return run .. "-" .. number .. "-" .. sent
end

function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %f\n", summary.requests, summary.errors.status, summary.duration,
        latency:percentile(99)))
end
