-- Takes the consent of somebody new with every request. Arguments: path, key, the number of the turn.
dofile((debug.getinfo(1).source:match("@(.*/)") or "") .. "common.lua")

function init(args)
    path, key, turn = args[1], args[2], tonumber(args[3])
end

function request()
    local name = fresh("consent-" .. turn)
    local headers = { ["x-api-key"] = key, ["Content-Type"] = "application/json" }
    -- French mobile numbers, 06 20 and on, new in each turn.
    local phone = string.format("+336%08d", 20000000 + turn * 1000000 + number * 500000 + sent)
    local body = '{"profile_id":"' .. name .. '","phone_number":"' .. phone
        .. '","consent_source":"WEB_FORM","consent_proof":{"terms_url":"https://brand.example/sms-terms",'
        .. '"terms_version":"v2.3","ip_address":"203.0.113.42","user_agent":"Mozilla/5.0",'
        .. '"source_text":"Lyon Confluence in-store tablet"}}'
    return wrk.format("POST", path, headers, body)
end
