import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HealthController } from '../health/health.controller.js';
import { ProblemFilter } from '../rest/problem.filter.js';

/** The door of a processor by itself: health and figures, for whoever keeps it running. */
@Module({})
export class ProcessorModule {
  static over(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ProcessorModule,
      imports,
      controllers: [HealthController],
      providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
