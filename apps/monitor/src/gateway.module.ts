import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AlertsController } from './alerts/alerts.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditLog } from './audit/audit-log.js';
import { ChannelsController } from './channels/channels.controller.js';
import { AlignedPoints } from './compare/aligned-points.js';
import { CompareController } from './compare/compare.controller.js';
import { UsualController } from './compare/usual.controller.js';
import { CuesController } from './cues/cues.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DefinitionsController } from './definitions/definitions.controller.js';
import { EventsController } from './events/events.controller.js';
import { ExportController } from './export/export.controller.js';
import { ExportTables } from './export/export-tables.js';
import { HealthController } from './health/health.controller.js';
import { HistoryController } from './items/history.controller.js';
import { HostController } from './host/host.controller.js';
import { HostScreens } from './host/host-screens.js';
import { LiveGateway } from './live.gateway.js';
import { Snapshots } from './live/snapshots.js';
import { Wall } from './live/wall.js';
import { CallerGuard } from './rest/caller.guard.js';
import { ProblemFilter } from './rest/problem.filter.js';
import { QueryController } from './query/query.controller.js';
import { RecountController } from './replay/recount.controller.js';
import { Recounts } from './replay/recounts.js';
import { RecordedSessions } from './replay/recorded-session.js';
import { Replays } from './replay/replays.js';
import { ReportController } from './report/report.controller.js';
import { Actions } from './script/actions.js';
import { ActionsController } from './script/actions.controller.js';
import { RundownController } from './script/rundown.controller.js';
import { RulesController } from './rules/rules.controller.js';
import { SilencesController } from './silences/silences.controller.js';
import { KeywordsController } from './said/keywords.controller.js';
import { SessionWords } from './said/session-words.js';
import { WordsController } from './said/words.controller.js';
import { Answers } from './streams/answers.js';
import { DanmakuController } from './streams/danmaku.controller.js';
import { FunnelController } from './streams/funnel.controller.js';
import { ItemsController } from './streams/items.controller.js';
import { KnownStreams } from './streams/known-streams.js';
import { Ledger } from './streams/ledger.js';
import { LiftController } from './streams/lift.controller.js';
import { PointsController } from './streams/points.controller.js';
import { PresentationsController } from './streams/presentations.controller.js';
import { RetentionController } from './streams/retention.controller.js';
import { StreamsController } from './streams/streams.controller.js';
import { ViewersController } from './viewers/viewers.controller.js';

/**
 * Everything that faces outwards. `imports` must provide the ports of ports.ts by their tokens, and what reads the store.
 */
@Module({})
export class GatewayModule {
  static over(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: GatewayModule,
      imports,
      controllers: [
        EventsController,
        DefinitionsController,
        StreamsController,
        PointsController,
        ItemsController,
        PresentationsController,
        LiftController,
        ReportController,
        RetentionController,
        FunnelController,
        DanmakuController,
        KeywordsController,
        WordsController,
        UsualController,
        CompareController,
        HistoryController,
        AlertsController,
        CuesController,
        DeadLettersController,
        AuditController,
        QueryController,
        RecountController,
        ViewersController,
        RundownController,
        ActionsController,
        HostController,
        ExportController,
        ChannelsController,
        SilencesController,
        RulesController,
        HealthController,
      ],
      providers: [
        Answers,
        KnownStreams,
        SessionWords,
        Ledger,
        AuditLog,
        Actions,
        RecordedSessions,
        Recounts,
        Replays,
        HostScreens,
        ExportTables,
        AlignedPoints,
        Snapshots,
        Wall,
        LiveGateway,
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
