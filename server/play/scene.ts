import type { Catalogue } from './sample-schemas.ts';
import type { Incident } from './incident.ts';
import type { Writing } from './phrase-bank.ts';
import type { Prng } from './prng.ts';
import type { Slot } from './template.ts';
import { Weighted } from './weighted.ts';

type ProductKind = Catalogue['products'][number]['kind'];
/** A name as one writing has it. */
type Names = Record<Writing, string>;

interface Place {
  region: string;
  cities: Record<Writing, string[]>;
  stores: Names[];
}

interface Product {
  kind: ProductKind;
  name: Names;
  short: Names;
}

/** Where and about what: the catalogue with its names in all three writings. */
export interface Stage {
  places: Weighted<Place>;
  placeOf: ReadonlyMap<string, Place>;
  stores: readonly Names[];
  products: readonly Product[];
  productsOf: Record<ProductKind, readonly Product[]>;
  versions: readonly string[];
  emoji: Catalogue['emoji'];
}

/** @param toTraditional converts simplified Chinese */
export function createStage(catalogue: Catalogue, toTraditional: (text: string) => string): Stage {
  const names = ({ zh, en }: { zh: string; en: string }): Names => ({ zh, 'zh-Hant': toTraditional(zh), en });
  const places = catalogue.regions.map(({ name, share, cities }) => ({
    share,
    place: {
      region: name,
      cities: { zh: cities.zh, 'zh-Hant': cities.zh.map(toTraditional), en: cities.en },
      stores: catalogue.stores.filter(({ region }) => region === name).map(names),
    } satisfies Place,
  }));
  const products = catalogue.products.map((product): Product => ({ kind: product.kind, name: names(product), short: names(product.short) }));
  const ofKind = (kind: ProductKind): Product[] => products.filter((product) => product.kind === kind);
  return {
    places: new Weighted(places.map(({ place, share }) => [place, share] as const)),
    placeOf: new Map(places.map(({ place }) => [place.region, place])),
    stores: places.flatMap(({ place }) => place.stores),
    products,
    productsOf: { gadget: ofKind('gadget'), wear: ofKind('wear'), food: ofKind('food'), home: ofKind('home') },
    versions: catalogue.versions,
    emoji: catalogue.emoji,
  };
}

/**
 * What one item is about. A text that names its product, shop or version fixes it for the item's fields,
 * so that text and fields never disagree.
 */
export class Scene {
  readonly place: Place;
  product: Product | undefined;
  store: Names | undefined;
  version: string | undefined;
  private readonly stage: Stage;
  private readonly prng: Prng;
  private readonly writing: Writing;

  constructor(stage: Stage, prng: Prng, { writing, incident }: { writing: Writing; incident: Incident | undefined }) {
    this.stage = stage;
    this.prng = prng;
    this.writing = writing;
    const fixed = incident?.region === undefined ? undefined : stage.placeOf.get(incident.region);
    this.place = fixed ?? stage.places.draw(prng);
    this.version = incident?.version;
  }

  readonly slotValue = (slot: Slot): string => {
    switch (slot) {
      case 'product': return this.nameProduct(this.stage.products);
      case 'gadget': case 'wear': case 'food': return this.nameProduct(this.stage.productsOf[slot]);
      case 'store': return this.chooseStore()[this.writing];
      case 'city': return this.prng.pick(this.place.cities[this.writing]);
      case 'region': return this.place.region;
      case 'version': return (this.version ??= this.prng.pick(this.stage.versions));
      case 'emojiHappy': return this.prng.pick(this.stage.emoji.happy);
      case 'emojiSad': return this.prng.pick(this.stage.emoji.sad);
      case 'emojiPlain': return this.prng.pick(this.stage.emoji.plain);
    }
  };

  /** A shop of the customer's region, or any when the region has none; the same one each time. */
  chooseStore(): Names {
    const local = this.place.stores;
    this.store ??= local.length > 0 ? this.prng.pick(local) : this.prng.pick(this.stage.stores);
    return this.store;
  }

  private nameProduct(among: readonly Product[]): string {
    this.product ??= this.prng.pick(among);
    return this.prng.chance(0.3) ? this.product.name[this.writing] : this.product.short[this.writing];
  }
}
