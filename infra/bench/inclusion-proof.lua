-- Asks for inclusion proofs of random leaves. Arguments: key, the tree's size.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    key, size = args[1], tonumber(args[2])
    math.randomseed(1)
end

function request()
    local leaf = math.random(0, size - 1)
    return wrk.format("GET", "/v1/consent/proof/inclusion/" .. leaf, { ["x-api-key"] = key })
end
