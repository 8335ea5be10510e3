import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { ScoredItem } from '../../core/frame.ts';
import { CUSTOMER_FIELDS, WHERE_VARIABLES } from './where-variables.ts';
import type { WhereVariableName } from './where-variables.ts';

/** CEL's error value: `false && error` is false, `true || error` is true, everything else that meets it becomes it. */
const ABSENT = Symbol('absent');
type Value = unknown;
type Compiled = (scored: ScoredItem) => Value;

/**
 * A plain function for an expression made of variables, literals, comparisons, `in`, `&&`, `||`, `!`, `has`, `contains`,
 * `startsWith`, `endsWith`, and `matches` with a fixed RE2 pattern; null for anything else. The expression has passed the type check.
 */
export function compileNode(node: ASTNode): Compiled | null {
  switch (node.op) {
    case 'value':
      return constant(node.args);
    case 'id':
      return variable(node.args);
    case '.':
      return field(node.args[0], node.args[1]);
    case '[]': {
      const key = node.args[1];
      return key.op === 'value' && typeof key.args === 'string' ? field(node.args[0], key.args) : null;
    }
    case '!_': {
      const inner = compileNode(node.args);
      return inner && ((scored) => not(inner(scored)));
    }
    case '&&':
      return both(node.args, (left, right) => (scored) => {
        const first = left(scored);
        if (first === false) return false;
        const second = right(scored);
        if (second === false) return false;
        return first === true && second === true ? true : ABSENT;
      });
    case '||':
      return both(node.args, (left, right) => (scored) => {
        const first = left(scored);
        if (first === true) return true;
        const second = right(scored);
        if (second === true) return true;
        return first === false && second === false ? false : ABSENT;
      });
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node.op, node.args);
    case 'in':
      return membership(node.args[0], node.args[1]);
    case 'call':
      return presence(node.args[0], node.args[1]);
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2]);
    default:
      return null;
  }
}

type Plain = number | string | boolean;

function constant(value: unknown): Compiled | null {
  const plain = plainOf(value);
  return plain === null ? null : () => plain;
}

function plainOf(value: unknown): Plain | null {
  const plain = typeof value === 'bigint' ? Number(value) : value;
  if (typeof plain === 'number') return Number.isFinite(plain) ? plain : null;
  return typeof plain === 'string' || typeof plain === 'boolean' ? plain : null;
}

function variable(name: string): Compiled | null {
  return Object.hasOwn(WHERE_VARIABLES, name) ? WHERE_VARIABLES[name as WhereVariableName].read : null;
}

function field(of: ASTNode, name: string): Compiled | null {
  if (of.op !== 'id') return null;
  if (of.args === 'customer' && Object.hasOwn(CUSTOMER_FIELDS, name)) return CUSTOMER_FIELDS[name as keyof typeof CUSTOMER_FIELDS];
  if (of.args !== 'attributes') return null;
  return ({ item }) => {
    const { attributes } = item;
    return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : ABSENT;
  };
}

function not(value: Value): Value {
  return typeof value === 'boolean' ? !value : ABSENT;
}

function both(args: [ASTNode, ASTNode], combine: (left: Compiled, right: Compiled) => Compiled): Compiled | null {
  const left = compileNode(args[0]);
  const right = compileNode(args[1]);
  return left && right && combine(left, right);
}

function comparison(op: '==' | '!=' | '<' | '<=' | '>' | '>=', args: [ASTNode, ASTNode]): Compiled | null {
  if (!isScalar(args[0]) || !isScalar(args[1])) return null;
  const plain = args[1].op === 'value' ? plainOf(args[1].args) : null;
  if (plain !== null) {
    const left = compileNode(args[0]);
    return left && besideConstant(op, left, plain);
  }
  return both(args, (left, right) => {
    const compare = (test: (a: never, b: never) => boolean): Compiled => (scored) => {
      const a = left(scored);
      const b = right(scored);
      return typeof a === typeof b && typeof a !== 'symbol' ? test(a as never, b as never) : ABSENT;
    };
    switch (op) {
      case '==':
        return equality(left, right, true);
      case '!=':
        return equality(left, right, false);
      case '<':
        return compare((a, b) => a < b);
      case '<=':
        return compare((a, b) => a <= b);
      case '>':
        return compare((a, b) => a > b);
      case '>=':
        return compare((a, b) => a >= b);
    }
  });
}

/** What nearly every rule compares with is fixed: a function that is asked for it at each item costs as much as the comparison. */
function besideConstant(op: '==' | '!=' | '<' | '<=' | '>' | '>=', left: Compiled, right: Plain): Compiled {
  const type = typeof right;
  switch (op) {
    case '==':
      return (scored) => {
        const value = left(scored);
        return value === ABSENT ? ABSENT : value === right;
      };
    case '!=':
      return (scored) => {
        const value = left(scored);
        return value === ABSENT ? ABSENT : value !== right;
      };
    case '<':
      return (scored) => {
        const value = left(scored);
        return typeof value === type ? (value as Plain) < right : ABSENT;
      };
    case '<=':
      return (scored) => {
        const value = left(scored);
        return typeof value === type ? (value as Plain) <= right : ABSENT;
      };
    case '>':
      return (scored) => {
        const value = left(scored);
        return typeof value === type ? (value as Plain) > right : ABSENT;
      };
    case '>=':
      return (scored) => {
        const value = left(scored);
        return typeof value === type ? (value as Plain) >= right : ABSENT;
      };
  }
}

/** Values of different types are unequal, as CEL has it for dynamic ones. */
function equality(left: Compiled, right: Compiled, equal: boolean): Compiled {
  return (scored) => {
    const a = left(scored);
    const b = right(scored);
    return a === ABSENT || b === ABSENT ? ABSENT : (a === b) === equal;
  };
}

function membership(needle: ASTNode, haystack: ASTNode): Compiled | null {
  const left = compileNode(needle);
  if (left === null || !isScalar(needle)) return null;
  if (haystack.op === 'list') {
    const values = haystack.args.map((entry) => (entry.op === 'value' && typeof entry.args === 'string' ? entry.args : null));
    if (values.includes(null)) return null;
    const set = new Set<unknown>(values);
    return (scored) => {
      const value = left(scored);
      return value === ABSENT ? ABSENT : set.has(value);
    };
  }
  if (haystack.op !== 'id') return null;
  if (haystack.args === 'tags') return (scored) => scored.item.tags?.includes(left(scored) as string) ?? false;
  if (haystack.args !== 'categories') return null;
  return (scored) => {
    const value = left(scored);
    for (const category of scored.score.categories) if (category.id === value) return true;
    return value === ABSENT ? ABSENT : false;
  };
}

/** `has(attributes.x)` */
function presence(name: string, args: ASTNode[]): Compiled | null {
  const asked = args[0];
  if (name !== 'has' || asked === undefined || asked.op !== '.') return null;
  const [of, key] = asked.args;
  if (of.op !== 'id' || of.args !== 'attributes') return null;
  return ({ item }) => item.attributes !== undefined && Object.hasOwn(item.attributes, key);
}

function method(name: string, of: ASTNode, args: ASTNode[]): Compiled | null {
  const argument = args[0];
  if (!isText(of) || args.length !== 1 || argument === undefined || argument.op !== 'value' || typeof argument.args !== 'string') return null;
  const receiver = compileNode(of);
  if (receiver === null) return null;
  const part = argument.args;
  switch (name) {
    case 'contains':
      return (scored) => (receiver(scored) as string).includes(part);
    case 'startsWith':
      return (scored) => (receiver(scored) as string).startsWith(part);
    case 'endsWith':
      return (scored) => (receiver(scored) as string).endsWith(part);
    case 'matches': {
      const pattern = RE2JS.compile(part);
      return (scored) => pattern.matcher(receiver(scored) as string).find();
    }
    default:
      return null;
  }
}

function isScalar(node: ASTNode): boolean {
  if (node.op === 'id') {
    const type = Object.hasOwn(WHERE_VARIABLES, node.args) ? WHERE_VARIABLES[node.args as WhereVariableName].type : null;
    return type === 'bool' || type === 'double' || type === 'string';
  }
  return node.op === 'value' || node.op === '.' || node.op === '[]';
}

function isText(node: ASTNode): boolean {
  if (node.op === '.') return node.args[0].op === 'id' && node.args[0].args === 'customer';
  return node.op === 'id' && Object.hasOwn(WHERE_VARIABLES, node.args) && WHERE_VARIABLES[node.args as WhereVariableName].type === 'string';
}
