# What there is to do here; the work itself is in ./caravan and infra/.
.PHONY: up down test lint format bench migrate gateway

up:
	./caravan up

down:
	./caravan down

test:
	./caravan test

lint:
	swift format lint --strict --parallel --recursive Package.swift Services Shared Tests infra

format:
	swift format --in-place --parallel --recursive Package.swift Services Shared Tests infra

bench:
	./caravan bench

migrate:
	./caravan migrate

# The gateway's configuration for docker-compose.yml, after a change of routes.
gateway:
	./caravan gateway-config > infra/gateway/nginx.conf.new && mv infra/gateway/nginx.conf.new infra/gateway/nginx.conf
