-- Reads pages that are searched for. Arguments: token, a file with a path a line.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

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
