// The wall as a person uses it, and what can be asked of its map.
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { Client, Json } from '../support/client.ts';
import { demoPassword, Server, type DemoName } from '../support/server.ts';

export function serve(db?: string, port?: number): Promise<Server> {
  return Server.start(db, ['--web', process.env.WG_WEB!], port);
}

// A page that notes what must not happen: an error of its own, a breach of the content policy, a request elsewhere.
export async function fresh(context: BrowserContext, base: string): Promise<{ page: Page; faults: string[] }> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (m) => {
    if (/Content Security Policy|Refused to/.test(m.text())) faults.push(m.text());
  });
  page.on('request', (r) => {
    const url = new URL(r.url());
    if (url.protocol.startsWith('http') && url.origin !== base) faults.push(`request to ${url.origin}`);
  });
  return { page, faults };
}

export async function signIn(page: Page, base: string, name: DemoName, hash = ''): Promise<void> {
  await page.goto(`${base}/${hash}`);
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill(demoPassword);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('.wall')).toBeVisible();
}

export async function live(page: Page): Promise<void> {
  await expect(page.locator('.live')).toHaveAttribute('data-line', 'live');
}

// The map is there and everything it asked for has come.
export async function mapReady(page: Page): Promise<void> {
  await expect(page.locator('#map canvas')).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => {
      const map = (document.querySelector('#map') as any)?.map;
      return map ? map.loaded() && map.areTilesLoaded() && !map.isMoving() : false;
    }), { timeout: 30_000 })
    .toBe(true);
}

export function look(page: Page, lon: number, lat: number, zoom: number): Promise<void> {
  return page.evaluate(([lon, lat, zoom]) => {
    (document.querySelector('#map') as any).map.jumpTo({ center: [lon, lat], zoom });
  }, [lon, lat, zoom]);
}

// Properties (and id) of what is drawn now in these layers of the style.
export function drawn(page: Page, layers: string[]): Promise<Json[]> {
  return page.evaluate((layers) => {
    const map = (document.querySelector('#map') as any).map;
    const there = layers.filter((l) => map.getLayer(l));
    return map.queryRenderedFeatures({ layers: there }).map((f: any) => ({ ...f.properties, id: String(f.id) }));
  }, layers);
}

// From now on the page notes when each incident is first drawn, by this machine's clock.
export function watchIncidents(page: Page): Promise<void> {
  return page.evaluate(() => {
    const map = (document.querySelector('#map') as any).map;
    const seen: Record<string, number> = ((window as any).seenAt = {});
    map.on('render', () => {
      for (const f of map.queryRenderedFeatures({ layers: ['incident-point'] })) seen[String(f.id)] ??= Date.now();
    });
  });
}
export async function seenAt(page: Page, id: string): Promise<number> {
  const when = () => page.evaluate((id) => (window as any).seenAt[id] ?? 0, id);
  await expect.poll(when, { intervals: [50], timeout: 10_000 }).toBeGreaterThan(0);
  return when();
}

// Where a place of the map is on the page.
export function onPage(page: Page, lon: number, lat: number): Promise<{ x: number; y: number }> {
  return page.evaluate(([lon, lat]) => {
    const map = (document.querySelector('#map') as any).map;
    const p = map.project([lon, lat]);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: box.left + p.x, y: box.top + p.y };
  }, [lon, lat]);
}

// Somewhere inside a grid of the demo, and its answer to "whose is it".
export async function someGrid(client: Client, nth = 0): Promise<{ lon: number; lat: number; resolved: Json }> {
  const { items } = await client.read('/api/v1/grids?limit=1000');
  for (let i = nth; i < items.length; i++) {
    const [w, s, e, n] = items[i].bbox;
    const [lon, lat] = [(w + e) / 2, (s + n) / 2];
    const resolved = await client.read(`/api/v1/resolve?lon=${lon}&lat=${lat}`);
    if (resolved.how === 'inside' && resolved.responsible) return { lon, lat, resolved };
  }
  throw new Error('no grid with somebody responsible');
}

let serial = 0;
// An ordinary incident, posted as another program would.
export async function post(client: Client, lon: number, lat: number, more: Json = {}): Promise<Json> {
  const { items } = await client.read('/api/v1/categories');
  const ordinary = items.find((c: Json) => c.class === 'ordinary' && !c.retired);
  const answer = await client.post('/api/v1/incidents', {
    lon, lat, category: ordinary.code, description: `测试事件 ${++serial}`, client_id: `browser-${process.pid}-${serial}-${Date.now()}`, ...more,
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}

export async function newContext(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  return browser.newContext({ locale: 'zh-CN', timezoneId: 'America/New_York', viewport: { width: 1440, height: 900 }, ...options });
}

// With the language 'pseudo': text that is in no element marked as data (translate="no") and came from no language file.
export function strangers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const strange = (text: string) => /[\p{L}]{2}/u.test(text) && !/⟦/.test(text);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = n.textContent!.trim();
      if (strange(text) && !n.parentElement!.closest('[translate=no], script, style')) found.push(text);
    }
    for (const el of document.querySelectorAll('[aria-label],[title],[placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) {
        const text = el.getAttribute(name);
        if (text && strange(text) && !el.closest('[translate=no]')) found.push(`${name}: ${text}`);
      }
    }
    return found;
  });
}
