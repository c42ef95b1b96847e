#!/usr/bin/env node
import { runCli } from './cli/run.ts';

// Only who builds Elute can do anything about the Node versions of a library.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.exitCode = await runCli(process.argv.slice(2));
