#!/usr/bin/env node
import { basename } from 'node:path';
import { installedProgram } from './installed-program.ts';
import { readProgram } from './read-program.ts';
import { runProgram } from './run-program.ts';

/** The installed command, under whatever name it is called. */
const [, path = ''] = process.argv;
const isOriginals = basename(path) === 'albatross-client';
const files = installedProgram();
const scripts = { often: readProgram(files.often), rest: () => readProgram(files.rest) };
const { main } = runProgram(scripts, require);
void main(isOriginals ? 'albatross-client' : 'albatross');
