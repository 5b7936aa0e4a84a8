#!/usr/bin/env node
import { program } from '../dist/operate/program.js'

await program().parseAsync()
