import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Scope, Token } from '../domain/token.ts';
import type { Service } from '../jobs/service.ts';

/** An application whose routes have the types of their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Adds the routes of one noun. */
export type AddRoutes = (app: App, service: Service) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token must allow; `none` needs no token. */
    scope?: Scope | 'none';
  }
  interface FastifyRequest {
    /** Set on every route that needs one. */
    token: Token | undefined;
  }
}
