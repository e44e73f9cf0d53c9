-- Reads pages of 100 listings behind random cursors. Arguments: token, a file with a cursor a line.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

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
