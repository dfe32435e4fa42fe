-- wrk: each request is one new report with a position of its own in the coverage and a client_id of its own.
-- Environment: WG_TOKEN, WG_CATEGORY, WG_RUN (tells rounds apart).
local token, category, run = os.getenv("WG_TOKEN"), os.getenv("WG_CATEGORY"), os.getenv("WG_RUN")
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

-- Written before the clock runs: what the client costs is not what is measured.
local READY = 150000

local function make()
  made = made + 1
  local body = string.format(
    '{"lon":%.7f,"lat":%.7f,"crs":"wgs84","accuracy_m":8,"category":"%s","description":"a report of the benchmark","client_id":"r%s-%d-%d"}',
    119.01 + math.random() * 0.98, 28.51 + math.random() * 0.98, category, run, number, made)
  return wrk.format("POST", "/api/v1/incidents", head, body)
end

function init()
  math.randomseed(number * 7919 + tonumber(run) * 104729)
  made, sent, ready = 0, 0, {}
  head = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
  for k = 1, READY do ready[k] = make() end
end

function request()
  sent = sent + 1
  return ready[sent] or make()
end

function done(summary, latency)
  io.write(string.format("RESULT %.0f %d %d %.1f %.1f\n", summary.requests / summary.duration * 1e6, summary.requests,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
